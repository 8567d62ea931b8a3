package kant.daemonapi.unix;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.model.json.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request.
 *
 * @param target path and query, already percent-encoded
 * @param headers beyond {@code Host}, {@code Connection} and {@code Content-Length}, which the client adds
 */
public record UnixRequest(
        String method,
        String target,
        Map<String, String> headers,
        @Nullable Body body) {

    /** A body of known length, read once. */
    public record Body(long length, InputStream stream) {}

    public UnixRequest {
        headers = Map.copyOf(headers);
    }

    /** A request without a body. */
    public static UnixRequest of(String method, String target) {
        return new UnixRequest(method, target, Map.of(), null);
    }

    /** A request with a JSON body. */
    public static UnixRequest of(String method, String target, JsonNode json) {
        byte[] bytes = JsonText.bytes(json);
        return new UnixRequest(
                method,
                target,
                Map.of("Content-Type", "application/json"),
                new Body(bytes.length, new ByteArrayInputStream(bytes)));
    }

    /** The same request with one header more. */
    public UnixRequest with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new UnixRequest(method, target, more, body);
    }
}
