package kant.protocol.mqtt;

import java.util.LinkedHashMap;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;

/** The message that a client leaves for the case that its connection breaks (device-protocols.md §1.4). */
record Will(PropertyBag bag, byte[] payload, boolean retain) {
    private static final String MARKER = "iothub-MessageType";

    /** The message as if the client had sent it now, marked as a will. */
    Message message(IdentityId sender) {
        Map<String, String> properties = new LinkedHashMap<>(bag.properties());
        properties.put(MARKER, "Will");
        if (retain) {
            properties.put(TelemetryFlags.RETAIN, "true");
        }
        return new Message(sender, bag.system(), properties, payload);
    }
}
