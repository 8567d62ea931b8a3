package kant.protocol.device;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.port.Caller;
import org.jspecify.annotations.Nullable;

/** Device-to-cloud messages, one or many in a request. */
final class Telemetry {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BATCH = "application/vnd.microsoft.iothub.json";
    private static final Duration DURABLE = Duration.ofSeconds(60);
    private static final int NO_CONTENT = 204;

    private Telemetry() {}

    /**
     * One message of a batch.
     *
     * @param base64Encoded whether the body is base64, which Node leaves out and means
     * @param properties named as the headers of a single message
     */
    private record Entry(
            @Nullable String body,
            @Nullable Boolean base64Encoded,
            @Nullable Map<String, String> properties) {}

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
            throw new RefusedException(new Refusal.TooLarge(
                    "the message has " + bytes + " bytes, " + Message.MAX_BYTES + " are allowed"));
        }
    }

    private static List<Message> batch(byte[] body, IdentityId sender) throws RefusedException {
        List<Message> messages = new ArrayList<>();
        for (Entry entry : entries(body)) {
            if (entry == null) {
                throw invalid("an entry is null");
            }
            Map<String, String> properties = entry.properties() == null ? Map.of() : entry.properties();
            if (properties.containsValue(null)) {
                throw invalid("a property is null");
            }
            messages.add(MessageHeaders.read(sender, properties, payload(entry)));
        }
        return messages;
    }

    private static List<Entry> entries(byte[] body) throws RefusedException {
        try {
            List<Entry> entries = JSON.readValue(body, new TypeReference<>() {});
            if (entries == null) {
                throw invalid("it is null");
            }
            return entries;
        } catch (IOException e) {
            throw invalid(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private static byte[] payload(Entry entry) throws RefusedException {
        String body = entry.body() == null ? "" : entry.body();
        if (Boolean.FALSE.equals(entry.base64Encoded())) {
            return body.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw invalid("a body is not base64: " + e.getMessage());
        }
    }

    private static RefusedException invalid(String why) {
        return new RefusedException(new Refusal.Invalid(
                "the batch is not [{\"body\":\"<base64>\",\"properties\":{\"<name>\":\"<value>\"}}]: " + why));
    }
}
