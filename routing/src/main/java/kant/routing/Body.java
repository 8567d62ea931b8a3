package kant.routing;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
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

    private final @Nullable JsonIndex index;
    private final @Nullable String problem;

    private Body(@Nullable JsonIndex index, @Nullable String problem) {
        this.index = index;
        this.problem = problem;
    }

    static Body of(Message message) {
        String type = message.systemProperties().get(SystemProperties.CONTENT_TYPE);
        if (!JSON.equalsIgnoreCase(type)) {
            return new Body(null, "content type is " + quoted(type) + ", not application/json");
        }
        String encoding = message.systemProperties().get(SystemProperties.CONTENT_ENCODING);
        if ("utf-8".equalsIgnoreCase(encoding)) {
            return scan(message.payload());
        }
        if ("utf-16".equalsIgnoreCase(encoding)) {
            return scan(utf8(message.payload(), StandardCharsets.UTF_16LE));
        }
        if ("utf-32".equalsIgnoreCase(encoding)) {
            return scan(utf8(message.payload(), StandardCharsets.UTF_32LE));
        }
        return new Body(null, "content encoding is " + quoted(encoding) + ", not utf-8, utf-16 or utf-32");
    }

    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Null for a path that leads nowhere; undefined for objects and arrays. */
    Value at(JsonPath path) {
        return index == null ? Value.UNDEFINED : index.at(path);
    }

    private static byte[] utf8(byte[] payload, Charset charset) {
        return new String(payload, charset).getBytes(StandardCharsets.UTF_8);
    }

    private static Body scan(byte[] text) {
        var scanner = new JsonScanner(text);
        JsonIndex index = scanner.scan();
        if (index == null) {
            return new Body(null, "the body is not JSON" + place(text, scanner.position()));
        }
        return index.isObject() ? new Body(index, null) : new Body(null, "the body is JSON, but not an object");
    }

    /** Only the place: the text itself is the payload, which has no place in a log. */
    private static String place(byte[] text, int position) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < position; i++) {
            if (text[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return " (line " + line + ", byte " + (position - lineStart + 1) + ")";
    }

    private static String quoted(@Nullable String value) {
        return value == null ? "not set" : "\"" + value + "\"";
    }
}
