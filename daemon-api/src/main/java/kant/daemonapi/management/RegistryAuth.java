package kant.daemonapi.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import kant.daemonapi.Fields;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/** Credentials for a registry; its text form hides the password. */
public record RegistryAuth(
        @Nullable String username,
        @Nullable String password,
        @Nullable String serverAddress) {

    /** Reads {@code {"username","password","serveraddress"}}; null where the node is absent or JSON null. */
    public static @Nullable RegistryAuth parse(@Nullable JsonNode node) throws RefusedException {
        if (node == null || !node.isObject()) {
            return null;
        }
        return new RegistryAuth(
                Fields.textOrNull(node, "username"),
                Fields.textOrNull(node, "password"),
                Fields.textOrNull(node, "serveraddress"));
    }

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        putUnlessNull(json, "username", username);
        putUnlessNull(json, "password", password);
        putUnlessNull(json, "serveraddress", serverAddress);
        return json;
    }

    private static void putUnlessNull(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    @Override
    public String toString() {
        return "RegistryAuth[" + serverAddress + ", " + username + ", <redacted>]";
    }
}
