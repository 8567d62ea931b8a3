package kant.daemonapi.unix;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How one unix socket is served.
 *
 * @param mode of the socket file, for example {@code rw-rw----}
 * @param maxConnectionsPerUser simultaneous connections of one uid; one more is closed without an answer
 * @param maxBodyBytes of a request
 * @param bodyLimit for a request's body to arrive once its head is there
 * @param idleLimit for a connection that sends nothing between requests
 */
public record UnixServerConfig(
        Path socket, String mode, int maxConnectionsPerUser, int maxBodyBytes, Duration bodyLimit, Duration idleLimit) {
    private static final int MAX_BODY_BYTES = 1024 * 1024;
    private static final Duration BODY_LIMIT = Duration.ofSeconds(5);
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(60);

    /** With the limits of reference/daemon.md §1.1 and §1.2: bodies of 1 MiB within 5 s, a minute of silence. */
    public static UnixServerConfig of(Path socket, String mode, int maxConnectionsPerUser) {
        return new UnixServerConfig(socket, mode, maxConnectionsPerUser, MAX_BODY_BYTES, BODY_LIMIT, IDLE_LIMIT);
    }
}
