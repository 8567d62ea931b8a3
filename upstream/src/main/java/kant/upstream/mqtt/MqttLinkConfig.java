package kant.upstream.mqtt;

import java.time.Duration;
import kant.upstream.LinkTiming;

/**
 * How the MQTT link behaves.
 *
 * @param attemptsAtOnce how many identities may be connecting at a time, so that a returning parent is not stormed
 * @param inFlight messages of one identity that may be on the wire without their acknowledgement
 * @param window messages of one identity that may be unfinished in all
 * @param product what the parent sees as {@code DeviceClientType}
 */
public record MqttLinkConfig(
        LinkTiming timing, MqttTiming mqtt, int attemptsAtOnce, int inFlight, int window, String product) {

    /** Packet ids go to 65535; a window near that would make finding a free one slow. */
    private static final int MOST_IN_FLIGHT = 10_000;

    public MqttLinkConfig {
        if (attemptsAtOnce < 1 || inFlight < 1 || inFlight > MOST_IN_FLIGHT || window < inFlight) {
            throw new IllegalArgumentException("attempts at once and messages in flight (at most " + MOST_IN_FLIGHT
                    + ") must be above zero, and the window not below the latter");
        }
    }

    /** The same with another keep-alive, after half of which a parent that says nothing counts as lost. */
    public MqttLinkConfig keepAlive(Duration other) {
        var timed =
                new MqttTiming(other, other.dividedBy(3), other.dividedBy(6), mqtt.acknowledgement(), mqtt.request());
        return new MqttLinkConfig(timing, timed, attemptsAtOnce, inFlight, window, product);
    }

    /** What programs use. */
    public static MqttLinkConfig standard(String product) {
        return new MqttLinkConfig(LinkTiming.standard(), MqttTiming.standard(), 8, 128, 1024, product);
    }

    /**
     * Time limits on an open connection.
     *
     * @param keepAlive announced in CONNECT: the parent drops us after one and a half of it without a packet
     * @param pingAfter how long nothing may pass in one of the two directions before a PINGREQ is sent
     * @param pingTimeout how long nothing at all may come after it before the connection counts as lost
     * @param acknowledgement how long the parent may leave a message or a subscription unacknowledged
     * @param request how long it may take over a twin request
     */
    public record MqttTiming(
            Duration keepAlive, Duration pingAfter, Duration pingTimeout, Duration acknowledgement, Duration request) {

        public MqttTiming {
            if (!pingAfter.isPositive() || !pingTimeout.isPositive() || keepAlive.compareTo(pingAfter) < 0) {
                throw new IllegalArgumentException("pings need time, and must come sooner than the keep-alive asks");
            }
            if (!acknowledgement.isPositive() || !request.isPositive()) {
                throw new IllegalArgumentException("the parent needs time to answer");
            }
        }

        /** A loss is noticed within half a minute; the limit of a request is the original's (20 s). */
        public static MqttTiming standard() {
            return new MqttTiming(
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(20));
        }
    }
}
