package kant.protocol.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import kant.protocol.tls.ClientCertificates;

/** Requests as {@link HttpCall}s. */
final class HttpCalls {
    /** The peer of a test channel. */
    private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("nowhere", 0);

    private HttpCalls() {}

    /** @throws IllegalArgumentException where the target cannot be decoded */
    static HttpCall of(HttpRequest request, byte[] body, Channel channel) {
        RequestTarget target = RequestTarget.of(request.uri());
        return new HttpCall(
                request.method().name(),
                target.path(),
                target.rawPath(),
                target.query(),
                headers(request),
                body,
                ClientCertificates.of(channel),
                channel.remoteAddress() instanceof InetSocketAddress peer ? peer : NOWHERE);
    }

    private static Map<String, String> headers(HttpRequest request) {
        Map<String, String> headers = new HashMap<>();
        for (var header : request.headers()) {
            headers.merge(name(header.getKey()), value(header.getValue()), (a, b) -> a + "," + b);
        }
        return Map.copyOf(headers);
    }

    private static String name(String sent) {
        boolean property = sent.regionMatches(true, 0, HttpCall.PROPERTY_PREFIX, 0, HttpCall.PROPERTY_PREFIX.length());
        return property
                ? HttpCall.PROPERTY_PREFIX + sent.substring(HttpCall.PROPERTY_PREFIX.length())
                : sent.toLowerCase(Locale.ROOT);
    }

    /** The codec reads each byte as a character; clients that send more than ASCII send UTF-8, or Latin-1 as of old. */
    private static String value(String sent) {
        if (sent.chars().allMatch(c -> c < 0x80)) {
            return sent;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(sent.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException _) {
            return sent;
        }
    }
}
