package kant.iothub.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import kant.iothub.json.Json;
import kant.iothub.registry.AuthenticationJson;
import kant.iothub.registry.Device;
import kant.iothub.registry.DeviceJson;
import kant.iothub.registry.Presence;
import kant.iothub.registry.Registered;
import org.jspecify.annotations.Nullable;

/** A twin with the identity it belongs to, as services see it. */
public final class TwinView {
    private final Registered identity;
    private final TwinDocument twin;
    private final @Nullable ObjectNode configurations;

    /** @param configurations what became of automatic deployments; null where the twin does not say */
    TwinView(Registered identity, TwinDocument twin, @Nullable ObjectNode configurations) {
        this.identity = identity;
        this.twin = twin;
        this.configurations = configurations;
    }

    public Registered identity() {
        return identity;
    }

    public String etag() {
        return twin.etag();
    }

    /**
     * The whole twin (reference/service-protocols.md §2.2).
     *
     * @param waiting how many messages to its client wait
     */
    public ObjectNode json(Presence.Facts presence, long waiting) {
        Device device = identity.device();
        ObjectNode json = Json.object().put("deviceId", device.id());
        if (identity.module() != null) {
            json.put("moduleId", identity.module().id().moduleId());
        }
        json.put("etag", twin.etag())
                .put("deviceEtag", identity.etag())
                .put("status", DeviceJson.status(device))
                .put("statusReason", device.statusReason())
                .put("statusUpdateTime", Json.time(device.statusUpdated()))
                .put("connectionState", presence.connected() ? "Connected" : "Disconnected")
                .put("lastActivityTime", Json.time(presence.lastActivity()))
                .put("cloudToDeviceMessageCount", waiting)
                .put("authenticationType", identity.authentication().type().text());
        json.set("x509Thumbprint", AuthenticationJson.thumbprints(identity.authentication()));
        json.put("modelId", twin.modelId()).put("version", twin.version());
        json.set("tags", twin.tags());
        ObjectNode properties = json.putObject("properties");
        properties.set("desired", twin.desired().json());
        properties.set("reported", twin.reported().json());
        if (configurations != null) {
            json.set("configurations", configurations);
        }
        if (identity.module() == null) {
            json.putObject("capabilities").put("iotEdge", device.edge());
            DeviceJson.putScopes(json, device);
        }
        return json;
    }
}
