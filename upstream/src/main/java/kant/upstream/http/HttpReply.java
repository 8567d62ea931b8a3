package kant.upstream.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The parent's answer, whatever its status.
 *
 * @param headers names in lower case; of a repeated header the first value
 */
public record HttpReply(int status, Map<String, String> headers, byte[] body) {
    public HttpReply {
        headers = Map.copyOf(headers);
    }

    /** Whether the status is one of 200 to 299. */
    public boolean succeeded() {
        return status / 100 == 2;
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "HttpReply[status=" + status + ", bytes=" + body.length + "]";
    }
}
