package kant.edgedaemon.engine.docker;

import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * An engine that the suites run against: Docker always, Podman where its service listens ({@code ./verify} starts both).
 *
 * @param name {@code docker} or {@code podman}
 */
public record EngineUnderTest(String name, Path socket) {
    private static final String PODMAN = "KANT_TEST_PODMAN_SOCKET";

    public static Stream<EngineUnderTest> all() {
        var docker = new EngineUnderTest("docker", DockerSocket.path());
        String podman = System.getProperty(PODMAN, System.getenv().getOrDefault(PODMAN, ""));
        return podman.isEmpty() ? Stream.of(docker) : Stream.of(docker, new EngineUnderTest("podman", Path.of(podman)));
    }

    /** Whose health checks are run by systemd. */
    public boolean isPodman() {
        return name.equals("podman");
    }

    @Override
    public String toString() {
        return name;
    }
}
