package kant.protocol.mqtt;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import java.util.LinkedHashMap;
import java.util.Map;

/** What becomes of a PUBLISH's flags: nothing is retained, but who receives the message is told (device-protocols.md §1.4). */
final class TelemetryFlags {
    static final String RETAIN = "mqtt-retain";
    static final String DUP = "mqtt-dup";

    /** A message's own wish for the quality of service with which it goes to a client. */
    static final String QOS = "mqtt-qos";

    private TelemetryFlags() {}

    /** The properties with the flags that are set. */
    static Map<String, String> mark(Map<String, String> properties, MqttFixedHeader header) {
        if (!header.isRetain() && !header.isDup()) {
            return properties;
        }
        Map<String, String> marked = new LinkedHashMap<>(properties);
        if (header.isRetain()) {
            marked.put(RETAIN, "true");
        }
        if (header.isDup()) {
            marked.put(DUP, "true");
        }
        return marked;
    }
}
