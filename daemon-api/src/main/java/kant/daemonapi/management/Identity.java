package kant.daemonapi.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import kant.daemonapi.Fields;
import kant.model.error.RefusedException;

/**
 * A module identity of this device.
 *
 * @param moduleId as the registry spells it, {@code $edgeHub} with its {@code $}
 * @param generationId changes when the identity is deleted and made again
 */
public record Identity(String moduleId, String managedBy, String generationId, String authType) {

    public static Identity parse(JsonNode json) throws RefusedException {
        String managedBy = Fields.textOrNull(json, "managedBy");
        String authType = Fields.textOrNull(json, "authType");
        return new Identity(
                Fields.text(json, "moduleId"),
                managedBy == null ? "" : managedBy,
                Fields.text(json, "generationId"),
                authType == null ? "" : authType);
    }

    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("moduleId", moduleId)
                .put("managedBy", managedBy)
                .put("generationId", generationId)
                .put("authType", authType);
    }
}
