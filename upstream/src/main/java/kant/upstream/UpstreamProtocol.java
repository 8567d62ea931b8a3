package kant.upstream;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the link speaks, as the environment variable {@code UpstreamProtocol} names it. */
public enum UpstreamProtocol {
    /** Where the variable is not set: AMQP, and AMQP over WebSocket where port 5671 cannot be reached. */
    AMQP_OR_WS(List.of(Transport.TCP, Transport.WEBSOCKET)),
    AMQP(List.of(Transport.TCP)),
    AMQP_WS(List.of(Transport.WEBSOCKET)),
    MQTT(List.of(Transport.TCP)),
    MQTT_WS(List.of(Transport.WEBSOCKET));

    private final List<Transport> transports;

    UpstreamProtocol(List<Transport> transports) {
        this.transports = transports;
    }

    /** Which ways to the parent it takes, the first choice first. */
    public List<Transport> transports() {
        return transports;
    }

    /**
     * Reads the variable's value, in any case of letters.
     *
     * @param text null or blank where it is not set
     * @throws IllegalArgumentException for any other value
     */
    public static UpstreamProtocol parse(@Nullable String text) {
        return switch (text == null ? "" : text.strip().toLowerCase(Locale.ROOT)) {
            case "" -> AMQP_OR_WS;
            case "amqp" -> AMQP;
            case "amqpws" -> AMQP_WS;
            case "mqtt" -> MQTT;
            case "mqttws" -> MQTT_WS;
            default ->
                throw new IllegalArgumentException(
                        "UpstreamProtocol \"" + text + "\" is not one of Amqp, AmqpWs, Mqtt, MqttWs");
        };
    }
}
