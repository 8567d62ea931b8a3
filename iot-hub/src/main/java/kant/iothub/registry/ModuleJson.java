package kant.iothub.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;

/** A module as the body of a REST call (reference/service-protocols.md §2.1). */
public final class ModuleJson {
    private ModuleJson() {}

    /** @param waiting how many messages to the module wait */
    public static ObjectNode json(Module module, Presence.Facts presence, long waiting) {
        ObjectNode json = Json.object()
                .put("moduleId", module.id().moduleId())
                .put("deviceId", module.id().deviceId())
                .put("managedBy", module.managedBy().isEmpty() ? null : module.managedBy())
                .put("generationId", module.generationId())
                .put("etag", module.etag());
        putPresence(json, presence);
        json.put("cloudToDeviceMessageCount", waiting);
        json.set("authentication", AuthenticationJson.json(module.authentication()));
        return json;
    }

    /** Reads the body of a PUT. */
    public static ModuleDraft draft(String deviceId, String moduleId, ObjectNode body) throws HubRefusedException {
        Names.checkSame("device", deviceId, Json.textMember(body, "deviceId"));
        Names.checkSame("module", moduleId, Json.textMember(body, "moduleId"));
        return new ModuleDraft(AuthenticationJson.draft(body), Json.textMember(body, "managedBy"));
    }

    static void putPresence(ObjectNode json, Presence.Facts presence) {
        json.put("connectionState", presence.connected() ? "Connected" : "Disconnected")
                .put("connectionStateUpdatedTime", Json.time(presence.changed()))
                .put("lastActivityTime", Json.time(presence.lastActivity()));
    }
}
