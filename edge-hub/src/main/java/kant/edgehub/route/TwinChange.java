package kant.edgehub.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;

/**
 * A client's reported patch as a message for the routes that name {@code /twinChangeNotifications} (routing-and-store.md §1.4). The
 * message is the hub's own; who reported is kept beside.
 */
public final class TwinChange {
    private TwinChange() {}

    /**
     * Makes the message; nothing limits its size but what limits the patch.
     *
     * @param hub {@code $edgeHub} of this device
     * @param messageId by which a repeat is spotted
     */
    public static Message message(
            IdentityId hub, IdentityId reporter, ObjectNode patch, String messageId, Instant now) {
        Map<String, String> system = new HashMap<>();
        system.put(SystemProperties.MESSAGE_TYPE, SystemProperties.TWIN_CHANGE);
        system.put(SystemProperties.MESSAGE_SCHEMA, SystemProperties.TWIN_CHANGE);
        system.put(SystemProperties.CONNECTION_DEVICE_ID, hub.deviceId());
        system.put(SystemProperties.CONNECTION_MODULE_ID, String.valueOf(hub.moduleId()));
        system.put(SystemProperties.REPORTING_DEVICE_ID, reporter.deviceId());
        if (reporter.moduleId() != null) {
            system.put(SystemProperties.REPORTING_MODULE_ID, reporter.moduleId());
        }
        system.put(SystemProperties.EDGE_MESSAGE_ID, messageId);
        system.put(SystemProperties.ORIGIN, "internal");
        system.put(SystemProperties.ENQUEUED_TIME, now.toString());
        // the original sets neither, so that no condition can look into the patch
        system.put(SystemProperties.CONTENT_TYPE, "application/json");
        system.put(SystemProperties.CONTENT_ENCODING, "utf-8");
        return new Message(hub, system, Map.of(), patch.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A message as a module should see it: a twin change shows as its sender who reported. */
    public static Message shown(Message message) {
        String device = message.systemProperties().get(SystemProperties.REPORTING_DEVICE_ID);
        if (device == null || !SystemProperties.TWIN_CHANGE.equals(type(message))) {
            return message;
        }
        Map<String, String> system = new HashMap<>(message.systemProperties());
        system.put(SystemProperties.CONNECTION_DEVICE_ID, device);
        String module = system.get(SystemProperties.REPORTING_MODULE_ID);
        if (module == null) {
            system.remove(SystemProperties.CONNECTION_MODULE_ID);
        } else {
            system.put(SystemProperties.CONNECTION_MODULE_ID, module);
        }
        return new Message(message.sender(), system, message.properties(), message.payload());
    }

    private static String type(Message message) {
        return message.systemProperties().getOrDefault(SystemProperties.MESSAGE_TYPE, "");
    }
}
