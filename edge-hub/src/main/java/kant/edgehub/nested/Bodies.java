package kant.edgehub.nested;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import kant.edgehub.auth.ScopeIdentity;
import kant.protocol.http.HttpCall;

/** Requests and answers as JSON, in the original's spelling. */
final class Bodies {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Bodies() {}

    /** @throws IllegalArgumentException where the body is not a JSON object */
    static ObjectNode object(HttpCall call) {
        try {
            if (JSON.readTree(call.body()) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException _) {
            // said below
        }
        throw new IllegalArgumentException("the request's body is not a JSON object");
    }

    /** A member that must be text. */
    static String text(ObjectNode body, String name) {
        JsonNode value = body.get(name);
        if (value == null || !value.isTextual() || value.textValue().isBlank()) {
            throw new IllegalArgumentException("the request's body has no \"" + name + "\"");
        }
        return value.textValue();
    }

    /** All three members are always there: clients read them without looking. */
    static String scope(List<ScopeIdentity> identities, String continuationLink) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode devices = answer.putArray("devices");
        ArrayNode modules = answer.putArray("modules");
        identities.forEach(identity -> (identity.id().isModule() ? modules : devices).add(identity.json()));
        if (continuationLink.isEmpty()) {
            answer.putNull("continuationLink");
        } else {
            answer.put("continuationLink", continuationLink);
        }
        return answer.toString();
    }

    static String scopeError(String message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("ErrorMessage", message)
                .toString();
    }

    static String registryError(String message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("errorMessage", message)
                .toString();
    }
}
