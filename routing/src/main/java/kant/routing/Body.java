package kant.routing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import org.jspecify.annotations.Nullable;

/**
 * The body of a message as {@code $body} sees it (§2.1): a JSON object in a declared encoding, or a problem, and then
 * every path is undefined.
 */
final class Body {
    private static final String JSON = "application/json";

    /** Strict JSON, bounded in depth and in the length of numbers by Jackson's own limits. */
    private static final ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private final @Nullable ObjectNode root;
    private final @Nullable String problem;

    private Body(@Nullable ObjectNode root, @Nullable String problem) {
        this.root = root;
        this.problem = problem;
    }

    static Body of(Message message) {
        String type = message.systemProperties().get(SystemProperties.CONTENT_TYPE);
        if (!JSON.equalsIgnoreCase(type)) {
            return new Body(null, "content type is " + quoted(type) + ", not application/json");
        }
        String encoding = message.systemProperties().get(SystemProperties.CONTENT_ENCODING);
        Charset charset = charset(encoding);
        if (charset == null) {
            return new Body(null, "content encoding is " + quoted(encoding) + ", not utf-8, utf-16 or utf-32");
        }
        return parse(new String(message.payload(), charset));
    }

    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Null for a path that leads nowhere; undefined for objects and arrays. */
    Value at(BodyPath path) {
        if (root == null) {
            return Value.UNDEFINED;
        }
        JsonNode node = path.in(root);
        if (node == null) {
            return Value.NULL;
        }
        return switch (node.getNodeType()) {
            case STRING -> Value.of(node.textValue());
            case NUMBER -> Value.of(node.doubleValue());
            case BOOLEAN -> Value.of(node.booleanValue());
            case NULL, MISSING -> Value.NULL;
            case OBJECT, ARRAY, BINARY, POJO -> Value.UNDEFINED;
        };
    }

    private static @Nullable Charset charset(@Nullable String encoding) {
        return switch (encoding == null ? "" : encoding.toLowerCase(Locale.ROOT)) {
            case "utf-8" -> StandardCharsets.UTF_8;
            case "utf-16" -> StandardCharsets.UTF_16LE;
            case "utf-32" -> StandardCharsets.UTF_32LE;
            default -> null;
        };
    }

    private static Body parse(String text) {
        try {
            JsonNode node = READER.readTree(text);
            return node instanceof ObjectNode object
                    ? new Body(object, null)
                    : new Body(null, "the body is JSON, but not an object");
        } catch (JsonProcessingException e) {
            // Only the place: what the parser says may quote the payload, which has no place in a log.
            var at = e.getLocation();
            String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            return new Body(null, "the body is not JSON" + where);
        }
    }

    private static String quoted(@Nullable String value) {
        return value == null ? "not set" : "\"" + value + "\"";
    }
}
