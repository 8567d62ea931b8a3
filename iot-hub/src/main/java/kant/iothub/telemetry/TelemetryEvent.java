package kant.iothub.telemetry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import kant.iothub.json.Json;
import kant.model.message.Message;
import kant.model.message.SystemProperties;

/**
 * One message in the log.
 *
 * @param enqueued when the hub took it
 */
public record TelemetryEvent(long sequence, Instant enqueued, Message message) {

    /** As readers of {@code GET /kant/telemetry} see it. */
    public ObjectNode json() {
        ObjectNode json = Json.object()
                .put("sequence", sequence)
                .put("enqueuedTime", Json.time(enqueued))
                .put("deviceId", message.sender().deviceId());
        if (message.sender().isModule()) {
            json.put("moduleId", message.sender().moduleId());
        }
        put(json.putObject("systemProperties"), message.systemProperties());
        put(json.putObject("properties"), message.properties());
        json.set("body", isText() ? Json.value(message.payload()).orElse(null) : null);
        json.put("bodyBase64", Base64.getEncoder().encodeToString(message.payload()));
        return json;
    }

    /** Whether the payload may be shown as JSON: it says so, or says nothing. */
    private boolean isText() {
        String type = message.systemProperties().getOrDefault(SystemProperties.CONTENT_TYPE, "application/json");
        String encoding = message.systemProperties().getOrDefault(SystemProperties.CONTENT_ENCODING, "utf-8");
        return type.toLowerCase(Locale.ROOT).contains("json")
                && encoding.toLowerCase(Locale.ROOT).startsWith("utf-8");
    }

    private static void put(ObjectNode json, Map<String, String> properties) {
        properties.forEach(json::put);
    }
}
