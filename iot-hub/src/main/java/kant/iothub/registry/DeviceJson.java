package kant.iothub.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import org.jspecify.annotations.Nullable;

/** A device as the body of a REST call (reference/service-protocols.md §2.1). */
public final class DeviceJson {
    private DeviceJson() {}

    /** @param waiting how many messages to the device wait */
    public static ObjectNode json(Device device, Presence.Facts presence, long waiting) {
        ObjectNode json = Json.object()
                .put("deviceId", device.id())
                .put("generationId", device.generationId())
                .put("etag", device.etag());
        ModuleJson.putPresence(json, presence);
        json.put("status", status(device))
                .put("statusReason", device.statusReason())
                .put("statusUpdatedTime", Json.time(device.statusUpdated()))
                .put("cloudToDeviceMessageCount", waiting);
        json.set("authentication", AuthenticationJson.json(device.authentication()));
        json.putObject("capabilities").put("iotEdge", device.edge());
        putScopes(json, device);
        return json;
    }

    /** {@code deviceScope} where there is one, and {@code parentScopes}. */
    public static void putScopes(ObjectNode json, Device device) {
        if (!device.scope().isEmpty()) {
            json.put("deviceScope", device.scope());
        }
        ArrayNode parents = json.putArray("parentScopes");
        device.parentScopes().forEach(parents::add);
    }

    public static String status(Device device) {
        return device.enabled() ? "enabled" : "disabled";
    }

    /** Reads the body of a PUT; ids, times and etags in it mean nothing (real-clients.md §5.2). */
    public static DeviceDraft draft(String deviceId, ObjectNode body) throws HubRefusedException {
        Names.checkSame("device", deviceId, Json.textMember(body, "deviceId"));
        ObjectNode capabilities = Json.objectMember(body, "capabilities");
        return new DeviceDraft(
                enabled(Json.textMember(body, "status")),
                Json.textMember(body, "statusReason"),
                AuthenticationJson.draft(body),
                capabilities == null ? null : edge(capabilities),
                Json.textMember(body, "deviceScope"),
                parentScopes(body));
    }

    private static @Nullable Boolean enabled(@Nullable String status) throws HubRefusedException {
        if (status == null || status.isEmpty()) {
            return null;
        }
        return switch (status.toLowerCase(Locale.ROOT)) {
            case "enabled" -> true;
            case "disabled" -> false;
            default ->
                throw new HubRefusedException(
                        ErrorCode.ARGUMENT_INVALID, "status \"" + status + "\" is neither enabled nor disabled");
        };
    }

    private static @Nullable Boolean edge(ObjectNode capabilities) throws HubRefusedException {
        JsonNode edge = capabilities.get("iotEdge");
        if (edge == null || edge.isNull()) {
            return null;
        }
        if (!edge.isBoolean()) {
            throw new HubRefusedException(ErrorCode.ARGUMENT_INVALID, "capabilities.iotEdge must be true or false");
        }
        return edge.booleanValue();
    }

    private static @Nullable List<String> parentScopes(ObjectNode body) throws HubRefusedException {
        JsonNode given = body.get("parentScopes");
        if (given == null || given.isNull()) {
            return null;
        }
        List<String> scopes = new ArrayList<>();
        for (JsonNode scope : given) {
            if (!scope.isTextual()) {
                throw new HubRefusedException(ErrorCode.ARGUMENT_INVALID, "parentScopes must be an array of strings");
            }
            scopes.add(scope.textValue());
        }
        return scopes;
    }
}
