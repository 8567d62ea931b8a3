package kant.upstream.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request, checked before anything is sent. Its text form has neither query nor headers: they may hold secrets. */
final class OutgoingCall {
    /** Safe to send again where it is unknown whether it was carried out (RFC 9110 §9.2.2). */
    private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

    private final HttpMethod method;
    private final String target;
    private final HttpHeaders headers;
    private final byte[] body;

    OutgoingCall(String method, String target, Map<String, String> headers, byte @Nullable [] body, String host) {
        if (!target.startsWith("/") || target.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new IllegalArgumentException("\"" + target
                    + "\" is not usable as path and query: it must begin with '/' and be percent-encoded");
        }
        this.method = HttpMethod.valueOf(method);
        this.target = target;
        this.body = body == null ? new byte[0] : body;
        this.headers = new DefaultHttpHeaders();
        headers.forEach(this.headers::set);
        this.headers.set(HttpHeaderNames.HOST, host);
        if (body != null || !WITHOUT_BODY.contains(method)) {
            this.headers.set(HttpHeaderNames.CONTENT_LENGTH, this.body.length);
        }
    }

    boolean repeatable() {
        return REPEATABLE.contains(method.name());
    }

    FullHttpRequest toNetty() {
        ByteBuf content = Unpooled.wrappedBuffer(body);
        return new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, method, target, content, headers, new DefaultHttpHeaders());
    }

    /** Method and path, for people. */
    String name() {
        int query = target.indexOf('?');
        return method + " " + (query < 0 ? target : target.substring(0, query));
    }

    @Override
    public String toString() {
        return name();
    }
}
