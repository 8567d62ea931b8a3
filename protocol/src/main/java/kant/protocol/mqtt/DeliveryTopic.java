package kant.protocol.mqtt;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.SystemProperties;

/**
 * The topic of a message for a client. It always has a property that begins with {@code %24}: the Java SDK reads nothing
 * of a topic without one, not even the input's name (device-protocols.md §0, trap 1).
 */
final class DeliveryTopic {
    private DeliveryTopic() {}

    static String of(Delivery delivery, IdentityId client, String prefix) {
        Message message = delivery.message();
        if (delivery.feature() == Feature.INPUTS) {
            String input = Objects.requireNonNull(delivery.input(), "a delivery to an input names it");
            return Topics.input(prefix, input, new PropertyBag(withSender(message), message.properties()));
        }
        return Topics.cloudToDevice(prefix, new PropertyBag(withAddressee(message, client), message.properties()));
    }

    private static Map<String, String> withSender(Message message) {
        Map<String, String> system = message.systemProperties();
        if (system.containsKey(SystemProperties.CONNECTION_DEVICE_ID)) {
            return system;
        }
        Map<String, String> stamped = new HashMap<>(system);
        stamped.put(SystemProperties.CONNECTION_DEVICE_ID, message.sender().deviceId());
        if (message.sender().moduleId() != null) {
            stamped.put(SystemProperties.CONNECTION_MODULE_ID, message.sender().moduleId());
        }
        return stamped;
    }

    private static Map<String, String> withAddressee(Message message, IdentityId client) {
        Map<String, String> system = message.systemProperties();
        if (system.containsKey(SystemProperties.TO)) {
            return system;
        }
        Map<String, String> stamped = new HashMap<>(system);
        stamped.put(SystemProperties.TO, "/" + Topics.prefix(client) + "messages/devicebound");
        return stamped;
    }
}
