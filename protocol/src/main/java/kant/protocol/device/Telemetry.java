package kant.protocol.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.port.Caller;

/** Device-to-cloud messages, one or many in a request. */
final class Telemetry {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BATCH = "application/vnd.microsoft.iothub.json";
    private static final Duration DURABLE = Duration.ofSeconds(60);
    private static final int NO_CONTENT = 204;

    private Telemetry() {}

    /** Answers when all messages of the request are durable. */
    static HttpAnswer send(HttpCall call, Caller caller) throws RefusedException, InterruptedException {
        checkSize(call.body().length);
        boolean batch = call.header("content-type").orElse("").startsWith(BATCH);
        List<Message> messages = batch
                ? batch(call.body(), caller.identity())
                : List.of(MessageHeaders.read(caller.identity(), call.headers(), call.body()));
        for (Message message : messages) {
            checkSize(message.size());
        }
        if (!messages.isEmpty()) {
            Waits.forStage(caller.send(messages), DURABLE);
        }
        return HttpAnswer.of(NO_CONTENT);
    }

    private static void checkSize(int bytes) throws RefusedException {
        if (bytes > Message.MAX_BYTES) {
            throw new RefusedException(
                    new Refusal.TooLarge("the message has " + bytes + " bytes, " + Message.MAX_BYTES + " are allowed"));
        }
    }

    /** {@code base64Encoded} may be missing: Node leaves it out, and means true. */
    private static List<Message> batch(byte[] body, IdentityId sender) throws RefusedException {
        List<Message> messages = new ArrayList<>();
        for (JsonNode entry : entries(body)) {
            byte[] payload = payload(
                    entry.path("body").asText(""), entry.path("base64Encoded").asBoolean(true));
            messages.add(MessageHeaders.read(sender, properties(entry.path("properties")), payload));
        }
        return messages;
    }

    private static JsonNode entries(byte[] body) throws RefusedException {
        try {
            JsonNode entries = JSON.readTree(body);
            if (!entries.isArray()) {
                throw invalid("it is no array");
            }
            for (JsonNode entry : entries) {
                if (!entry.isObject()) {
                    throw invalid("an entry is no object");
                }
            }
            return entries;
        } catch (IOException e) {
            throw invalid(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private static Map<String, String> properties(JsonNode named) throws RefusedException {
        Map<String, String> properties = new LinkedHashMap<>();
        for (var property : named.properties()) {
            if (!property.getValue().isValueNode() || property.getValue().isNull()) {
                throw invalid("the property \"" + property.getKey() + "\" is no text");
            }
            properties.put(property.getKey(), property.getValue().asText());
        }
        return properties;
    }

    private static byte[] payload(String body, boolean base64) throws RefusedException {
        try {
            return base64 ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid("a body is not base64: " + e.getMessage());
        }
    }

    private static RefusedException invalid(String why) {
        return new RefusedException(new Refusal.Invalid(
                "the batch is not [{\"body\":\"<base64>\",\"properties\":{\"<name>\":\"<value>\"}}]: " + why));
    }
}
