package kant.protocol.mqtt;

import java.time.Duration;

/**
 * Whom a service lets in.
 *
 * @param maxConnections clients that may be connected at once, over all carriers; the next one is answered CONNACK 3
 * @param tokenSkew how long after its token's expiry a connection may go on
 */
public record MqttConfig(int maxConnections, Duration tokenSkew, MqttLimits limits) {
    /** The original's allowance for clocks that differ (device-protocols.md §2.1). */
    public static final Duration TOKEN_SKEW = Duration.ofMinutes(5);

    /** With the usual limits. */
    public MqttConfig(int maxConnections) {
        this(maxConnections, TOKEN_SKEW, MqttLimits.DEFAULT);
    }
}
