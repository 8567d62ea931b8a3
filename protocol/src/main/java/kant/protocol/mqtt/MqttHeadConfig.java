package kant.protocol.mqtt;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What a head listens on and lets in.
 *
 * @param maxConnections clients that may be connected at once; the next one is answered CONNACK 3
 * @param tokenSkew how long after its token's expiry a connection may go on
 */
public record MqttHeadConfig(InetSocketAddress address, int maxConnections, Duration tokenSkew, MqttLimits limits) {
    /** The original's allowance for clocks that differ (device-protocols.md §2.1). */
    public static final Duration TOKEN_SKEW = Duration.ofMinutes(5);

    /** With the usual limits. */
    public MqttHeadConfig(InetSocketAddress address, int maxConnections) {
        this(address, maxConnections, TOKEN_SKEW, MqttLimits.DEFAULT);
    }
}
