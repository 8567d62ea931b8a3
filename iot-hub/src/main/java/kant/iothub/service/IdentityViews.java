package kant.iothub.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import kant.iothub.c2d.CloudMessages;
import kant.iothub.error.HubRefusedException;
import kant.iothub.registry.Device;
import kant.iothub.registry.DeviceJson;
import kant.iothub.registry.Module;
import kant.iothub.registry.ModuleJson;
import kant.iothub.session.Sessions;
import kant.iothub.twin.TwinView;
import kant.model.identity.IdentityId;

/** Devices, modules and twins as services see them: with who is connected, and how many messages wait. */
final class IdentityViews {
    private final Sessions sessions;
    private final CloudMessages messages;

    IdentityViews(Sessions sessions, CloudMessages messages) {
        this.sessions = sessions;
        this.messages = messages;
    }

    ObjectNode json(Device device) throws IOException, HubRefusedException {
        IdentityId id = IdentityId.device(device.id());
        return DeviceJson.json(device, sessions.of(id), messages.depth(id));
    }

    ObjectNode json(Module module) throws IOException, HubRefusedException {
        return ModuleJson.json(module, sessions.of(module.id()), messages.depth(module.id()));
    }

    ObjectNode json(TwinView twin) throws IOException, HubRefusedException {
        IdentityId id = twin.identity().id();
        return twin.json(sessions.of(id), messages.depth(id));
    }
}
