package kant.daemonapi.unix;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * One request as a route sees it.
 *
 * @param segments of the path, percent-decoded; a trailing slash leaves none
 * @param query decoded; of a repeated name the last value counts
 * @param headers names in lower case
 */
public record ApiCall(
        String method,
        List<String> segments,
        Map<String, String> query,
        Map<String, String> headers,
        byte[] body,
        Peer peer) {

    /** Reads path and query of a request target; malformed percent-encoding is refused. */
    static ApiCall of(String method, String target, Map<String, String> headers, byte[] body, Peer peer)
            throws RefusedException {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        return new ApiCall(method, segments(path), query(query), headers, body, peer);
    }

    public @Nullable String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }

    private static List<String> segments(String path) throws RefusedException {
        List<String> segments = new ArrayList<>();
        for (String part : path.split("/")) {
            if (!part.isEmpty()) {
                segments.add(decode(part.replace("+", "%2B")));
            }
        }
        return List.copyOf(segments);
    }

    private static Map<String, String> query(String text) throws RefusedException {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            if (!pair.isEmpty()) {
                query.put(
                        decode(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return Map.copyOf(query);
    }

    private static String decode(String text) throws RefusedException {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new RefusedException(new Refusal.Invalid("malformed percent-encoding in the request target"));
        }
    }
}
