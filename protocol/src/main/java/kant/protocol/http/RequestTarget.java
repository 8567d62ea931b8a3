package kant.protocol.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kant.protocol.net.Percent;

/**
 * What a request asks for, without the host: clients behind a proxy, and Java's AMQP over WebSocket always, send the whole
 * address (RFC 9112 §3.2.2).
 *
 * @param path decoded segments, without empty ones
 * @param rawPath as sent
 * @param query decoded parameters; of repeated ones the first
 */
public record RequestTarget(List<String> path, String rawPath, Map<String, String> query) {
    private static final int MAX_PARAMETERS = 256;

    /** @throws IllegalArgumentException where the target cannot be decoded */
    public static RequestTarget of(String uri) {
        String target = originForm(uri);
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        return new RequestTarget(segments(path), path, query(mark < 0 ? "" : target.substring(mark + 1)));
    }

    private static String originForm(String target) {
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        if (scheme < 0) {
            return target;
        }
        int end = scheme + 3;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        return end == target.length() ? "/" : target.substring(end);
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/")) {
            if (!segment.isEmpty()) {
                segments.add(Percent.decode(segment));
            }
        }
        return List.copyOf(segments);
    }

    private static Map<String, String> query(String query) {
        Map<String, String> parameters = new HashMap<>();
        new QueryStringDecoder(query, StandardCharsets.UTF_8, false, MAX_PARAMETERS)
                .parameters()
                .forEach((name, values) -> parameters.put(name, values.getFirst()));
        return Map.copyOf(parameters);
    }
}
