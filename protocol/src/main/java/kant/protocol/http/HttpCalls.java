package kant.protocol.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kant.protocol.net.Percent;
import kant.protocol.tls.ClientCertificates;

/** Requests as {@link HttpCall}s. */
final class HttpCalls {
    private static final int MAX_PARAMETERS = 256;

    /** The peer of a test channel. */
    private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("nowhere", 0);

    private HttpCalls() {}

    /** @throws IllegalArgumentException where the target cannot be decoded */
    static HttpCall of(HttpRequest request, byte[] body, Channel channel) {
        String target = originForm(request.uri());
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        return new HttpCall(
                request.method().name(),
                segments(path),
                path,
                query(mark < 0 ? "" : target.substring(mark + 1)),
                headers(request),
                body,
                ClientCertificates.of(channel),
                channel.remoteAddress() instanceof InetSocketAddress peer ? peer : NOWHERE);
    }

    /** The path and query of a target; clients behind a proxy send the whole address (RFC 9112 §3.2.2). */
    private static String originForm(String target) {
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        if (scheme < 0) {
            return target;
        }
        int slash = target.indexOf('/', scheme + 3);
        return slash < 0 ? "/" : target.substring(slash);
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

    private static Map<String, String> headers(HttpRequest request) {
        Map<String, String> headers = new HashMap<>();
        for (var header : request.headers()) {
            headers.merge(header.getKey().toLowerCase(Locale.ROOT), header.getValue(), (a, b) -> a + "," + b);
        }
        return Map.copyOf(headers);
    }
}
