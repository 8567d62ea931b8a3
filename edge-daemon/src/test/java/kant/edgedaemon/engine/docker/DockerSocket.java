package kant.edgedaemon.engine.docker;

import java.nio.file.Path;

/** The engine that docker tests use. */
public final class DockerSocket {
    private static final String NAME = "KANT_TEST_DOCKER_SOCKET";

    private DockerSocket() {}

    /** Its socket; there is no skipping: a test that needs an engine fails without one. */
    public static Path path() {
        String socket = System.getProperty(NAME, System.getenv().getOrDefault(NAME, ""));
        if (socket.isEmpty()) {
            throw new AssertionError("this test needs a Docker engine: start one (./verify does) and name its socket in"
                    + " the environment variable or system property " + NAME
                    + ", or leave these tests out with -DexcludedGroups=docker");
        }
        return Path.of(socket);
    }
}
