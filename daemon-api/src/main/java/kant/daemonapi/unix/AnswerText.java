package kant.daemonapi.unix;

import java.nio.charset.StandardCharsets;
import kant.model.json.JsonText;

/**
 * The bytes of an answer. The official Java SDK's reader splits the status line into exactly three words, knows no chunks, reads
 * the body as ASCII up to the first empty line and until the connection ends (reference/daemon.md §1.3): hence reason phrases of
 * one word, {@code Content-Length}, and JSON as one ASCII line.
 */
final class AnswerText {
    private AnswerText() {}

    /** Head and body as one piece. */
    static byte[] whole(ApiAnswer.Json answer, boolean close) {
        byte[] body = JsonText.ascii(answer.body());
        byte[] head = head(
                answer.status(), "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n", close);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    /** The head of an answer without a body. */
    static byte[] empty(ApiAnswer.Empty answer, boolean close) {
        // a 204 carries no Content-Length (RFC 9110 §8.6); any other status without a body needs it
        var headers = new StringBuilder(answer.status() == 204 ? "" : "Content-Length: 0\r\n");
        answer.headers()
                .forEach((name, value) ->
                        headers.append(name).append(": ").append(value).append("\r\n"));
        return head(answer.status(), headers.toString(), close);
    }

    /** The head of an answer in chunks, after which the connection ends. */
    static byte[] stream(ApiAnswer.Stream answer) {
        return head(
                answer.status(), "Content-Type: " + answer.contentType() + "\r\nTransfer-Encoding: chunked\r\n", true);
    }

    private static byte[] head(int status, String headers, boolean close) {
        String text = "HTTP/1.1 " + status + " " + reason(status) + "\r\n" + headers + "Connection: "
                + (close ? "close" : "keep-alive") + "\r\n\r\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 201 -> "Created";
            case 204 -> "NoContent";
            case 304 -> "NotModified";
            case 400 -> "BadRequest";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 408 -> "RequestTimeout";
            case 409 -> "Conflict";
            case 413 -> "RequestEntityTooLarge";
            case 415 -> "UnsupportedMediaType";
            case 422 -> "UnprocessableEntity";
            case 500 -> "InternalServerError";
            case 503 -> "ServiceUnavailable";
            default -> "Status" + status;
        };
    }
}
