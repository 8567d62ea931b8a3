package kant.iothub.c2d;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import kant.iothub.json.Json;
import kant.model.message.SystemProperties;

/** What a service learns of one message (reference/service-protocols.md §3.2), as JSON text. */
record FeedbackRecord(String json) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSS'Z'").withZone(ZoneOffset.UTC);

    static FeedbackRecord of(CloudMessage message, Fate fate, Instant now) {
        ObjectNode json = Json.object()
                .put(
                        "originalMessageId",
                        message.message().systemProperties().getOrDefault(SystemProperties.MESSAGE_ID, ""))
                .put("description", fate.status())
                .put("deviceGenerationId", message.generation())
                .put("deviceId", message.target().deviceId());
        if (message.target().isModule()) {
            json.put("moduleId", message.target().moduleId());
        }
        json.put("enqueuedTimeUtc", TIME.format(now)).put("statusCode", fate.status());
        return new FeedbackRecord(Json.text(json));
    }
}
