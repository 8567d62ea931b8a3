package kant.daemonapi.unix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.InputStream;
import java.util.Map;

/** What a route answers. */
public sealed interface ApiAnswer {

    /** HTTP status. */
    int status();

    /** One line of JSON. */
    record Json(int status, JsonNode body) implements ApiAnswer {}

    /** No body; headers of one's own, for those who play another API. */
    record Empty(int status, Map<String, String> headers) implements ApiAnswer {
        public Empty {
            headers = Map.copyOf(headers);
        }
    }

    /** Bytes without a known end, sent in chunks as they come; the server closes the source, also when the client goes away. */
    record Stream(int status, String contentType, InputStream source) implements ApiAnswer {}

    /** Success with JSON. */
    static ApiAnswer ok(JsonNode body) {
        return new Json(200, body);
    }

    /** Success with something made. */
    static ApiAnswer created(JsonNode body) {
        return new Json(201, body);
    }

    /** Success without a body. */
    static ApiAnswer noContent() {
        return new Empty(204, Map.of());
    }

    /** {@code {"message":…}}, the body of every error. */
    static ApiAnswer error(int status, String message) {
        return new Json(status, JsonNodeFactory.instance.objectNode().put("message", message));
    }
}
