package kant.edgeagent.method;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.json.JsonText;
import kant.model.twin.MethodResult;

/** The JSON that goes into a method and comes out of it. */
final class MethodBody {
    static final int OK = 200;
    static final int BAD_REQUEST = 400;
    static final int FAILED = 500;

    private MethodBody() {}

    /** Reads a request; {@code $upstream} and all else is left as it is. */
    static JsonNode parse(byte[] payload) throws RefusedException {
        try {
            JsonNode request = payload.length == 0 ? null : JsonText.read(payload);
            if (request == null || request.isNull() || request.isMissingNode()) {
                throw new RefusedException(new Refusal.Invalid("Request payload not found"));
            }
            return request;
        } catch (JsonProcessingException e) {
            throw invalid("it is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw invalid("it cannot be read: " + e.getMessage());
        }
    }

    /** As {@link #parse}, of a request that says which schema it follows; another major than 1 is the sender's mistake, and a 500. */
    static JsonNode parseVersioned(byte[] payload) throws RefusedException, IOException {
        JsonNode request = parse(payload);
        String version = request.path("schemaVersion").asText();
        if (!version.matches("1\\.\\d+(\\.\\d+)?")) {
            throw new IOException("schemaVersion \"" + version + "\" is not known; the expected version is 1.0");
        }
        return request;
    }

    static MethodResult answer(int status, JsonNode body) {
        return new MethodResult(status, JsonText.bytes(body));
    }

    static MethodResult nothing() {
        return new MethodResult(OK, "null".getBytes(StandardCharsets.UTF_8));
    }

    static MethodResult refused(int status, String message) {
        return answer(status, JsonNodeFactory.instance.objectNode().put("message", message));
    }

    static RefusedException invalid(String what) {
        return new RefusedException(new Refusal.Invalid("Error parsing command payload because of error - " + what));
    }
}
