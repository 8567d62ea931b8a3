package kant.bench.condition;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;

/** The message that all conditions are asked of, with its properties as a head makes them. */
final class Samples {
    private static final int BODY_BYTES = 1024;

    private Samples() {}

    static Message message() {
        Map<String, String> system = new HashMap<>(Map.of(
                SystemProperties.CONTENT_TYPE, "application/json",
                SystemProperties.CONTENT_ENCODING, "utf-8",
                SystemProperties.CONNECTION_DEVICE_ID, "edge",
                SystemProperties.CONNECTION_MODULE_ID, "sensor",
                SystemProperties.OUTPUT_NAME, "out",
                SystemProperties.MESSAGE_ID, "12345"));
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("sequence", "4711");
        properties.put("level", "hot");
        properties.put("temperature", "21.5");
        return new Message(IdentityId.module("edge", "sensor"), system, properties, body());
    }

    /** A JSON object of 1 KB as a machine sends it, with the field that is asked for in its middle. */
    private static byte[] body() {
        var text = new StringBuilder("{\"time\":\"2026-01-01T00:00:00Z\",\"line\":7,\"values\":[");
        readings(text, BODY_BYTES / 2);
        text.append("],\"machine\":{\"name\":\"press\",\"temperature\":21.5,\"running\":true},\"more\":[");
        readings(text, BODY_BYTES - 20);
        text.append("],\"end\":null}");
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void readings(StringBuilder text, int until) {
        String comma = "";
        for (int i = 0; text.length() < until - 30; i++) {
            text.append(comma)
                    .append("{\"id\":\"r")
                    .append(i)
                    .append("\",\"v\":")
                    .append(i * 1.25)
                    .append('}');
            comma = ",";
        }
    }
}
