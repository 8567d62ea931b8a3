package kant.protocol.amqp;

import java.time.Duration;

/**
 * Whom a head lets in.
 *
 * @param maxClients identities that may have a session at once, on however many connections; the next one's links are refused
 * @param tokenSkew how long after its token's expiry a client may go on
 */
public record AmqpConfig(int maxClients, Duration tokenSkew, AmqpLimits limits) {
    /** The original's allowance for clocks that differ (device-protocols.md §2.1). */
    public static final Duration TOKEN_SKEW = Duration.ofMinutes(5);

    /** With the usual limits. */
    public AmqpConfig(int maxClients) {
        this(maxClients, TOKEN_SKEW, AmqpLimits.DEFAULT);
    }
}
