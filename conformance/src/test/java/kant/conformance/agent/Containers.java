package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/** The Docker engine of {@code KANT_TEST_DOCKER_SOCKET}, by its own command, and an open registry of the suite's beside it. */
record Containers(Registry open) implements AutoCloseable {

    /** Starts the registry and makes one image, {@link DockerCommand#BOX}, to be tagged as any other. */
    static Containers open(Path folder) throws Exception {
        var containers = new Containers(Registry.open(folder));
        engine().makeBox(folder);
        return containers;
    }

    /** {@code host:port} of the registry. */
    String registry() {
        return open.host();
    }

    /** Puts the image into the registry under a name of it, and out of the engine. */
    void publish(String image) throws Exception {
        open.publish(engine(), image);
    }

    /** The engine's words about a container. */
    static JsonNode inspect(String container) throws Exception {
        return engine().inspect(container);
    }

    /** Names of all containers, running or not. */
    static List<String> names() throws Exception {
        return engine().names();
    }

    static boolean exists(String container) throws Exception {
        return names().contains(container);
    }

    /** Runs one docker command; its output. Fails where it does. */
    static String docker(String... arguments) throws Exception {
        return engine().run(arguments);
    }

    static DockerCommand engine() {
        String socket = System.getenv("KANT_TEST_DOCKER_SOCKET");
        assertThat(socket)
                .as("KANT_TEST_DOCKER_SOCKET names a Docker engine's socket; ./verify starts one")
                .isNotNull();
        return new DockerCommand(socket);
    }

    @Override
    public void close() throws Exception {
        open.close();
    }
}
