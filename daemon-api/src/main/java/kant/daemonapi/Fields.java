package kant.daemonapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/** Reads members of JSON objects; a wrong or missing one is refused by name. */
public final class Fields {
    private Fields() {}

    /** A text member that must be there and not be blank. */
    public static String text(JsonNode object, String name) throws RefusedException {
        String value = textOrNull(object, name);
        if (value == null || value.isBlank()) {
            throw invalid("\"" + name + "\" is missing or blank");
        }
        return value;
    }

    /** A text member; null where it is absent or JSON null. */
    public static @Nullable String textOrNull(JsonNode object, String name) throws RefusedException {
        JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw invalid("\"" + name + "\" must be a string");
        }
        return value.textValue();
    }

    /** An object member; an empty object where it is absent or JSON null. */
    public static ObjectNode object(JsonNode object, String name) throws RefusedException {
        JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (!(value instanceof ObjectNode node)) {
            throw invalid("\"" + name + "\" must be an object");
        }
        return node;
    }

    /** A base64 member that must be there. */
    public static byte[] base64(JsonNode object, String name) throws RefusedException {
        String value = textOrNull(object, name);
        if (value == null) {
            throw invalid("\"" + name + "\" is missing");
        }
        try {
            return Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException _) {
            throw invalid("\"" + name + "\" is not base64");
        }
    }

    /** An ISO 8601 time with offset; null where it is absent. */
    public static @Nullable Instant instantOrNull(JsonNode object, String name) throws RefusedException {
        String value = textOrNull(object, name);
        if (value == null || value.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException _) {
            throw invalid("\"" + name + "\" is \"" + value + "\", not an ISO 8601 time with offset");
        }
    }

    private static RefusedException invalid(String reason) {
        return new RefusedException(new Refusal.Invalid(reason));
    }
}
