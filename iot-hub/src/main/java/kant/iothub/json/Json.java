package kant.iothub.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import org.jspecify.annotations.Nullable;

/** Reads and writes JSON trees; the parser's own bounds (nesting, number and name length) hold for everything. */
public final class Json {
    /** Deeper than any twin or payload goes, and shallow enough for code that walks trees by recursion. */
    private static final int MAX_NESTING = 100;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final String NEVER = "0001-01-01T00:00:00Z";

    private Json() {}

    /** Reads the body of a call, which must be one JSON object. */
    public static ObjectNode body(byte[] body) throws HubRefusedException {
        if (body.length == 0) {
            throw new HubRefusedException(
                    ErrorCode.ARGUMENT_NULL, "the request has no body; a JSON object is expected");
        }
        try {
            if (MAPPER.readTree(body) instanceof ObjectNode object) {
                return object;
            }
            throw new HubRefusedException(ErrorCode.FORMAT_ERROR, "the body is JSON, but not an object");
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new HubRefusedException(
                    ErrorCode.FORMAT_ERROR,
                    "the body is not JSON: " + e.getOriginalMessage()
                            + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")"));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** Reads any JSON value; empty where the bytes are not JSON. */
    public static Optional<JsonNode> value(byte[] bytes) {
        try {
            JsonNode node = bytes.length == 0 ? null : MAPPER.readTree(bytes);
            return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
        } catch (IOException _) {
            return Optional.empty(); // the caller asked whether it is JSON, and this is the answer
        }
    }

    /** Reads a document that the stand-in itself has written. */
    public static ObjectNode stored(String text) {
        try {
            return (ObjectNode) MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a document in the database is not JSON", e);
        }
    }

    public static String text(JsonNode node) {
        return node.toString();
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree cannot be written", e);
        }
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A text member; null where it is absent or null; refused where it is something else. */
    public static @Nullable String textMember(ObjectNode object, String name) throws HubRefusedException {
        JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new HubRefusedException(
                    ErrorCode.ARGUMENT_INVALID, "\"" + name + "\" must be a string, not " + value.getNodeType());
        }
        return value.textValue();
    }

    /** An object member; null where it is absent or null; refused where it is something else. */
    public static @Nullable ObjectNode objectMember(ObjectNode object, String name) throws HubRefusedException {
        JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (value instanceof ObjectNode member) {
            return member;
        }
        throw new HubRefusedException(
                ErrorCode.ARGUMENT_INVALID, "\"" + name + "\" must be an object, not " + value.getNodeType());
    }

    /** Values that are texts, by name, in the order of the document; refused where one is something else. */
    public static Map<String, String> texts(@Nullable ObjectNode object, String what) throws HubRefusedException {
        Map<String, String> texts = new LinkedHashMap<>();
        if (object != null) {
            for (String name : (Iterable<String>) object::fieldNames) {
                String text = textMember(object, name);
                if (text == null) {
                    throw new HubRefusedException(
                            ErrorCode.ARGUMENT_INVALID, what + " \"" + name + "\" must be a string, not null");
                }
                texts.put(name, text);
            }
        }
        return texts;
    }

    /** A time as IoT Hub writes it, at most milliseconds (the Java SDK keeps three digits); {@link Instant#EPOCH} is "never". */
    public static String time(Instant time) {
        return time.equals(Instant.EPOCH)
                ? NEVER
                : time.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
