package kant.edgeagent.upload;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a blob says of itself.
 *
 * @param type a media type; empty to say nothing
 * @param encoding {@code gzip}, or empty
 */
public record Content(String type, String encoding) {
    static final Content NONE = new Content("", "");

    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        if (!type.isEmpty()) {
            headers.put("x-ms-blob-content-type", type);
        }
        if (!encoding.isEmpty()) {
            headers.put("x-ms-blob-content-encoding", encoding);
        }
        return headers;
    }
}
