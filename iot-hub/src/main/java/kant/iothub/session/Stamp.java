package kant.iothub.session;

import java.util.HashMap;
import java.util.Map;
import kant.iothub.auth.Admitted;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;

/** What the hub says of a device-to-cloud message, whatever its client says (service-protocols.md §4.5). */
public final class Stamp {
    private static final String AUTH_GENERATION = "iothub-connection-auth-generation-id";
    private static final String AUTH_METHOD = "iothub-connection-auth-method";
    private static final String SOURCE = "iothub-message-source";
    private static final String MODEL = "dt-dataschema";

    private Stamp() {}

    /** @param modelId that the client announced, empty for none */
    public static Message on(Message message, Admitted admitted, String modelId) throws HubRefusedException {
        IdentityId sender = admitted.registered().id();
        Map<String, String> properties = new HashMap<>(message.systemProperties());
        properties.put(SystemProperties.CONNECTION_DEVICE_ID, sender.deviceId());
        if (sender.moduleId() == null) {
            properties.remove(SystemProperties.CONNECTION_MODULE_ID);
        } else {
            properties.put(SystemProperties.CONNECTION_MODULE_ID, sender.moduleId());
        }
        String announced = properties.remove(SystemProperties.MODEL_ID);
        if (!modelId.isEmpty() || announced != null) {
            properties.put(MODEL, modelId.isEmpty() ? String.valueOf(announced) : modelId);
        }
        properties.put(AUTH_GENERATION, admitted.registered().generationId());
        properties.put(AUTH_METHOD, admitted.method());
        properties.put(SOURCE, "Telemetry");
        var stamped = new Message(sender, properties, message.properties(), message.payload());
        if (stamped.size() > Message.MAX_BYTES) {
            throw new HubRefusedException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "a message of " + stamped.size() + " bytes with its properties; " + Message.MAX_BYTES
                            + " are allowed");
        }
        return stamped;
    }
}
