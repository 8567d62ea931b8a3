package kant.protocol.device;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.protocol.http.HttpAnswer;
import kant.protocol.port.Caller;

/** A direct method call as HTTP has it (device-protocols.md §1.9 for the limits). */
record MethodInvocation(MethodCall call, Duration connect) {
    /** Numbers go through as they were written. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final int MAX_NAME = 100;
    private static final int MAX_PAYLOAD_BYTES = 128 * 1024;
    private static final int MIN_RESPONSE_SECONDS = 5;
    private static final int DEFAULT_RESPONSE_SECONDS = 30;
    private static final int MAX_SECONDS = 300;

    /** How much longer than the call itself may take the hub has to say that it took too long. */
    private static final Duration HUB = Duration.ofSeconds(30);

    /** The hub gives every call the id that its target sees. */
    private static final String NO_ID = "";

    /** Who calls, from {@code device/module}; empty where it is something else. */
    static Optional<IdentityId> caller(String text) {
        try {
            IdentityId id = IdentityId.parse(text.trim());
            return id.isModule() ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Reads {@code {"methodName","payload","responseTimeoutInSeconds","connectTimeoutInSeconds"}}. */
    static MethodInvocation parse(byte[] body) throws RefusedException {
        JsonNode json = json(body);
        String name = json.path("methodName").asText("");
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw invalid("methodName must have 1 to " + MAX_NAME + " characters");
        }
        byte[] payload = payload(json.path("payload"));
        if (payload.length > MAX_PAYLOAD_BYTES) {
            throw invalid("the payload has " + payload.length + " bytes, " + MAX_PAYLOAD_BYTES + " are allowed");
        }
        Duration response = seconds(json, "responseTimeoutInSeconds", DEFAULT_RESPONSE_SECONDS, MIN_RESPONSE_SECONDS);
        return new MethodInvocation(
                new MethodCall(NO_ID, name, payload, response), seconds(json, "connectTimeoutInSeconds", 0, 0));
    }

    /** Calls, and waits for the answer. */
    HttpAnswer send(Caller caller, IdentityId target) throws RefusedException, InterruptedException {
        Duration most = connect.plus(call.responseTimeout()).plus(HUB);
        return answer(Waits.forStage(caller.invoke(target, call, connect), most));
    }

    private static HttpAnswer answer(MethodResult result) {
        var body = new ByteArrayOutputStream(result.payload().length + 40);
        body.writeBytes(("{\"status\":" + result.status() + ",\"payload\":").getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(result.payload().length == 0 ? bytes(JsonNodeFactory.instance.nullNode()) : raw(result));
        body.write('}');
        return HttpAnswer.json(200, body.toByteArray());
    }

    /** What the target answered, byte by byte; text that is not JSON comes as a string rather than not at all. */
    private static byte[] raw(MethodResult result) {
        try {
            if (!JSON.readTree(result.payload()).isMissingNode()) {
                return result.payload();
            }
        } catch (IOException _) {
            // not JSON: below
        }
        return bytes(JsonNodeFactory.instance.textNode(new String(result.payload(), StandardCharsets.UTF_8)));
    }

    private static JsonNode json(byte[] body) throws RefusedException {
        try {
            JsonNode json = JSON.readTree(body);
            if (json.isObject()) {
                return json;
            }
            throw invalid("the method call is not a JSON object");
        } catch (IOException e) {
            throw invalid("the method call is not JSON: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private static byte[] payload(JsonNode given) {
        return bytes(given.isMissingNode() ? JsonNodeFactory.instance.nullNode() : given);
    }

    private static byte[] bytes(JsonNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can always be written", e);
        }
    }

    private static Duration seconds(JsonNode json, String name, int usual, int least) throws RefusedException {
        JsonNode given = json.path(name);
        if (given.isMissingNode() || given.isNull()) {
            return Duration.ofSeconds(usual);
        }
        if (!given.canConvertToInt() || given.intValue() < least || given.intValue() > MAX_SECONDS) {
            throw invalid(name + " must be a number from " + least + " to " + MAX_SECONDS + ", not " + given);
        }
        return Duration.ofSeconds(given.intValue());
    }

    private static RefusedException invalid(String reason) {
        return new RefusedException(new Refusal.Invalid(reason));
    }
}
