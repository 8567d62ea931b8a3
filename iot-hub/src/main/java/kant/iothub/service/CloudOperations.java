package kant.iothub.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import kant.iothub.c2d.CloudMessages;
import kant.iothub.c2d.QueueState;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.protocol.http.HttpAnswer;
import org.jspecify.annotations.Nullable;

/**
 * Messages to devices. The SDKs send them over AMQP; here are IoT Hub's purge, and our own paths to send one and to see what became
 * of all: {@code /kant/devices/{device}[/modules/{module}]/messages}.
 */
final class CloudOperations {
    /** What a caller may set beside the body, and the property that it becomes. */
    private static final Map<String, String> SYSTEM = Map.of(
            "messageId", SystemProperties.MESSAGE_ID,
            "correlationId", SystemProperties.CORRELATION_ID,
            "userId", SystemProperties.USER_ID,
            "contentType", SystemProperties.CONTENT_TYPE,
            "contentEncoding", SystemProperties.CONTENT_ENCODING,
            "expiry", SystemProperties.EXPIRY,
            "ack", SystemProperties.ACK);

    private final CloudMessages messages;

    CloudOperations(CloudMessages messages) {
        this.messages = messages;
    }

    /** Sends {@code {"body":"text"}} or {@code {"bodyBase64":"…"}} with {@code properties} and the members of {@link #SYSTEM}. */
    HttpAnswer send(Call call) throws IOException, HubRefusedException {
        ObjectNode body = call.body();
        Map<String, String> system = new HashMap<>();
        for (var member : SYSTEM.entrySet()) {
            String value = Json.textMember(body, member.getKey());
            if (value != null) {
                system.put(member.getValue(), value);
            }
        }
        var message =
                new Message(call.identity(), system, properties(Json.objectMember(body, "properties")), payload(body));
        return Answers.ok(Json.object().put("sequenceNumber", messages.send(call.identity(), message)));
    }

    HttpAnswer state(Call call) throws IOException, HubRefusedException {
        QueueState state = messages.state(call.identity());
        return Answers.ok(Json.object()
                .put("waiting", state.waiting())
                .put("completed", state.completed())
                .put("rejected", state.rejected())
                .put("expired", state.expired())
                .put("deliveryCountExceeded", state.exceeded())
                .put("purged", state.purged()));
    }

    HttpAnswer purge(Call call) throws IOException, HubRefusedException {
        int purged = messages.purge(call.identity());
        return Answers.ok(Json.object()
                .put("deviceId", call.device())
                .put("totalMessagesPurged", purged)
                .put("moduleId", call.identity().moduleId()));
    }

    private static Map<String, String> properties(@Nullable ObjectNode given) throws HubRefusedException {
        Map<String, String> properties = new LinkedHashMap<>();
        if (given != null) {
            for (String name : (Iterable<String>) given::fieldNames) {
                properties.put(name, Objects.requireNonNullElse(Json.textMember(given, name), ""));
            }
        }
        return properties;
    }

    private static byte[] payload(ObjectNode body) throws HubRefusedException {
        JsonNode text = body.get("body");
        String base64 = Json.textMember(body, "bodyBase64");
        if (base64 == null) {
            return Objects.requireNonNullElse(Json.textMember(body, "body"), "").getBytes(StandardCharsets.UTF_8);
        }
        try {
            if (text == null) {
                return Base64.getDecoder().decode(base64);
            }
        } catch (IllegalArgumentException _) {
            // refused below
        }
        throw new HubRefusedException(
                ErrorCode.ARGUMENT_INVALID, "bodyBase64 must be base64, and there must be no body beside it");
    }
}
