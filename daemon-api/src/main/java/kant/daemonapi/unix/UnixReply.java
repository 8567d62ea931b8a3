package kant.daemonapi.unix;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import kant.model.json.JsonText;

/**
 * A whole answer.
 *
 * @param headers names in lower case
 */
public record UnixReply(int status, Map<String, String> headers, byte[] body) {
    private static final int ERROR_CHARACTERS = 2_000;

    /** This answer, if its status is below 400; otherwise its message as an {@link ApiException}. */
    public UnixReply orThrow() throws ApiException {
        if (status >= 400) {
            throw new ApiException(status, message());
        }
        return this;
    }

    /** The body as JSON. */
    public JsonNode json() throws IOException {
        try {
            return JsonText.read(body);
        } catch (JacksonException e) {
            throw new IOException("the answer is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** The {@code message} member of a JSON body, otherwise the body's text. */
    public String message() {
        String text = new String(body, StandardCharsets.UTF_8);
        try {
            JsonNode message = JsonText.read(body).path("message");
            return message.isTextual() ? message.textValue() : brief(text);
        } catch (IOException _) {
            return brief(text); // not JSON: the text itself is the message
        }
    }

    private String brief(String text) {
        String line = text.isBlank() ? "status " + status : text.strip();
        return line.length() <= ERROR_CHARACTERS ? line : line.substring(0, ERROR_CHARACTERS) + "…";
    }
}
