package kant.edgehub.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import kant.model.identity.IdentityId;

/**
 * One device or module as the parent's scope API tells it (device-protocols.md §4.4).
 *
 * @param enabled false where the registry has disabled the device; modules have no status of their own
 */
public record ScopeIdentity(IdentityId id, String generationId, boolean enabled, Proof proof, Place place) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads an element of {@code devices} or {@code modules}; refuses one without its ids. */
    public static ScopeIdentity parse(JsonNode json) throws IOException {
        String device = json.path("deviceId").asText("");
        String module = json.path("moduleId").asText("");
        try {
            return new ScopeIdentity(
                    module.isEmpty() ? IdentityId.device(device) : IdentityId.module(device, module),
                    json.path("generationId").asText(""),
                    !"disabled".equalsIgnoreCase(json.path("status").asText("")),
                    Proof.parse(json.path("authentication")),
                    module.isEmpty() ? Place.parse(json) : Place.NONE);
        } catch (IllegalArgumentException e) {
            throw new IOException("the parent's scope answer has an identity that is not usable: " + e.getMessage(), e);
        }
    }

    /** The parent's form of it, with its keys: for an edge device below that may have them, and for the disk. */
    public ObjectNode json() {
        ObjectNode json = JSON.createObjectNode();
        json.put("deviceId", id.deviceId());
        if (id.moduleId() != null) {
            json.put("moduleId", id.moduleId());
        }
        json.put("generationId", generationId);
        json.put("status", enabled ? "enabled" : "disabled");
        proof.writeTo(json.putObject("authentication"));
        if (id.moduleId() == null) {
            place.writeTo(json);
        }
        return json;
    }

    /** The form on disk; {@link #read} also takes that of earlier versions, without thumbprints and place. */
    byte[] bytes() {
        try {
            return JSON.writeValueAsBytes(json());
        } catch (IOException e) {
            throw new UncheckedIOException("a JSON tree can always be written to memory", e);
        }
    }

    static ScopeIdentity read(byte[] bytes) throws IOException {
        return parse(JSON.readTree(bytes));
    }
}
