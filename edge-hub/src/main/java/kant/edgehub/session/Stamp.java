package kant.edgehub.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import kant.edgehub.route.TwinChange;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.protocol.port.ClientInfo;
import kant.world.Randomness;
import kant.world.Time;

/** What the hub writes on every message it takes: who really sent it, when, and an id by which a repeat is spotted. */
final class Stamp {
    private static final String INTERNAL = "internal";
    private static final String DOWNSTREAM = "downstream";

    private final String edgeDeviceId;
    private final MessageIds ids;
    private final Time time;

    Stamp(String edgeDeviceId, Time time, Randomness randomness) {
        this.edgeDeviceId = edgeDeviceId;
        this.time = time;
        ids = new MessageIds(randomness);
    }

    /** The message as it goes on; what a client claims about its sender is overwritten. */
    Message on(Message message, ClientInfo client) {
        IdentityId sender = client.identity();
        Map<String, String> system = new HashMap<>(message.systemProperties());
        system.put(SystemProperties.CONNECTION_DEVICE_ID, sender.deviceId());
        if (sender.moduleId() == null) {
            system.remove(SystemProperties.CONNECTION_MODULE_ID);
        } else {
            system.put(SystemProperties.CONNECTION_MODULE_ID, sender.moduleId());
        }
        system.put(SystemProperties.EDGE_MESSAGE_ID, ids.next());
        system.put(SystemProperties.ORIGIN, sender.deviceId().equals(edgeDeviceId) ? INTERNAL : DOWNSTREAM);
        system.put(SystemProperties.ENQUEUED_TIME, now().toString());
        if (!client.modelId().isEmpty()) {
            system.put(SystemProperties.MODEL_ID, client.modelId());
        }
        return new Message(sender, system, message.properties(), message.payload());
    }

    /** A reported patch as a message of the hub's own. */
    Message twinChange(IdentityId hub, IdentityId reporter, ObjectNode patch) {
        return TwinChange.message(hub, reporter, patch, ids.next(), now());
    }

    private Instant now() {
        return time.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
