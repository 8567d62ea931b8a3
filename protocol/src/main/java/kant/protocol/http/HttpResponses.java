package kant.protocol.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import kant.model.error.Refusal;

/** Answers as the codec wants them, and the answers that are the server's own. */
final class HttpResponses {
    /** Where a handler met a bug. */
    static final HttpAnswer FAILED = HttpAnswer.refused(500, "ServerError", "see the log");

    private HttpResponses() {}

    /** @param head whether only the head is wanted; it still says how long the body would be */
    static FullHttpResponse of(HttpAnswer answer, boolean head) {
        HttpResponseStatus status = HttpResponseStatus.valueOf(answer.status());
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
        response.headers().set("X-Content-Type-Options", "nosniff"); // the original's edge hub says so everywhere
        answer.headers().forEach((name, value) -> response.headers().set(name, value));
        if (!status.equals(HttpResponseStatus.NO_CONTENT) && !status.equals(HttpResponseStatus.NOT_MODIFIED)) {
            response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        }
        return response;
    }

    /** For what the codec could not read. */
    static HttpAnswer undecodable(Throwable cause) {
        HttpAnswer answer = HttpAnswer.refused(new Refusal.Invalid("the request is malformed"));
        return new HttpAnswer(status(cause).code(), answer.headers(), answer.body());
    }

    private static HttpResponseStatus status(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            default -> HttpResponseStatus.BAD_REQUEST;
        };
    }
}
