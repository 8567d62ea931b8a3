package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kant.conformance.Waits;

/** The Docker engine of {@code KANT_TEST_DOCKER_SOCKET}, by its own command, and a registry of the suite's beside it. */
final class Containers implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Runs as its variables say: for ever where {@code RUN_SECONDS} is 0 or absent, else so long, then ends with {@code EXIT_CODE}. */
    private static final String SCRIPT = "trap 'exit 143' TERM; n=${RUN_SECONDS:-0}; [ $n = 0 ] && n=100000;"
            + " sleep $n & wait $!; exit ${EXIT_CODE:-0}";

    private final Path folder;
    private final Process registry;
    private final String host;

    private Containers(Path folder, Process registry, String host) {
        this.folder = folder;
        this.registry = registry;
        this.host = host;
    }

    /** Starts the registry and makes one image, {@code kant-test/box:1}, to be tagged as any other. */
    static Containers open(Path folder) throws Exception {
        String host;
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            host = "127.0.0.1:" + socket.getLocalPort();
        }
        Path settings =
                Files.writeString(folder.resolve("registry.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s"}
                """.formatted(folder.resolve("images"), host));
        Process registry = new ProcessBuilder("docker-registry", "serve", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile())
                .start();
        var containers = new Containers(folder, registry, host);
        Waits.until("the registry to listen", LIMIT, () -> {
            try (var socket = new Socket("127.0.0.1", Integer.parseInt(host.split(":")[1]))) {
                return socket.isConnected();
            } catch (java.net.ConnectException _) {
                return false;
            }
        });
        containers.makeImage();
        return containers;
    }

    private void makeImage() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("root/bin"));
        Path busybox = Files.exists(Path.of("/bin/busybox")) ? Path.of("/bin/busybox") : Path.of("/usr/bin/busybox");
        Files.copy(busybox, bin.resolve("busybox"));
        for (String applet : List.of("sh", "sleep", "false", "true")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        Path tar = folder.resolve("root.tar");
        run(List.of("tar", "-C", folder.resolve("root").toString(), "-cf", tar.toString(), "."));
        docker(
                "import",
                "--change",
                "ENTRYPOINT [\"/bin/sh\",\"-c\",\"" + SCRIPT + "\"]",
                tar.toString(),
                "kant-test/box:1");
    }

    /** {@code host:port} of the registry. */
    String registry() {
        return host;
    }

    /** Puts the image into the registry under a name of it, and out of the engine. */
    void publish(String image) throws Exception {
        docker("tag", "kant-test/box:1", image);
        docker("push", "-q", image);
        docker("rmi", image);
    }

    /** The engine's words about a container. */
    static JsonNode inspect(String container) throws Exception {
        return new ObjectMapper().readTree(docker("inspect", container)).path(0);
    }

    /** Names of all containers, running or not. */
    static List<String> names() throws Exception {
        return docker("ps", "-a", "--format", "{{.Names}}").lines().toList();
    }

    /** Removes whatever a device left on the engine: containers belong to the daemon that made them. */
    static void removeAll() throws Exception {
        for (String name : names()) {
            docker("rm", "-f", name);
        }
    }

    static boolean exists(String container) throws Exception {
        return names().contains(container);
    }

    /** Runs one docker command; its output. Fails where it does. */
    static String docker(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("docker", "-H", "unix://" + socket()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    static String socket() {
        String socket = System.getenv("KANT_TEST_DOCKER_SOCKET");
        assertThat(socket)
                .as("KANT_TEST_DOCKER_SOCKET names a Docker engine's socket; ./verify starts one")
                .isNotNull();
        return socket;
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed: " + output);
        }
        return output.strip();
    }

    @Override
    public void close() throws Exception {
        registry.destroy();
        assertThat(registry.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
}
