package kant.edgehub.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import kant.model.identity.IdentityId;

/**
 * One device or module as the parent's scope API tells it (device-protocols.md §4.4). Its text form hides the keys.
 *
 * @param enabled false where the registry has disabled the device; modules have no status of their own
 * @param type {@code sas}, {@code selfSigned}, {@code certificateAuthority} or {@code none}
 * @param primaryKey base64, empty where the type has no keys
 * @param secondaryKey base64, empty where the type has no keys
 */
public record ScopeIdentity(
        IdentityId id, String generationId, boolean enabled, String type, String primaryKey, String secondaryKey) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads an element of {@code devices} or {@code modules}; refuses one without its ids. */
    public static ScopeIdentity parse(JsonNode json) throws IOException {
        String device = json.path("deviceId").asText("");
        String module = json.path("moduleId").asText("");
        JsonNode authentication = json.path("authentication");
        JsonNode keys = authentication.path("symmetricKey");
        try {
            return new ScopeIdentity(
                    module.isEmpty() ? IdentityId.device(device) : IdentityId.module(device, module),
                    text(json, "generationId"),
                    !"disabled".equalsIgnoreCase(text(json, "status")),
                    text(authentication, "type"),
                    text(keys, "primaryKey"),
                    text(keys, "secondaryKey"));
        } catch (IllegalArgumentException e) {
            throw new IOException("the parent's scope answer has an identity that is not usable: " + e.getMessage(), e);
        }
    }

    /** The form on disk, the same as the parent's. */
    byte[] bytes() {
        ObjectNode json = JSON.createObjectNode();
        json.put("deviceId", id.deviceId());
        if (id.moduleId() != null) {
            json.put("moduleId", id.moduleId());
        }
        json.put("generationId", generationId);
        json.put("status", enabled ? "enabled" : "disabled");
        ObjectNode authentication = json.putObject("authentication").put("type", type);
        authentication.putObject("symmetricKey").put("primaryKey", primaryKey).put("secondaryKey", secondaryKey);
        try {
            return JSON.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException("a JSON tree can always be written to memory", e);
        }
    }

    static ScopeIdentity read(byte[] bytes) throws IOException {
        return parse(JSON.readTree(bytes));
    }

    /** Whether it proves itself with a SAS token. */
    boolean hasKeys() {
        return "sas".equalsIgnoreCase(type) && !primaryKey.isEmpty();
    }

    private static String text(JsonNode json, String name) {
        JsonNode value = json.path(name);
        return value.isTextual() ? value.textValue() : "";
    }

    @Override
    public String toString() {
        return "ScopeIdentity[" + id + ", enabled=" + enabled + ", type=" + type + ", keys=<redacted>]";
    }
}
