package kant.upstream.mqtt;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.protocol.mqtt.PropertyBag;
import kant.protocol.mqtt.Topics;
import org.jspecify.annotations.Nullable;

/** Messages to topics and payloads, and back. */
final class Wire {
    /** An MQTT string's length has 16 bits. */
    private static final int LONGEST_TOPIC = 65_535;

    private Wire() {}

    /** The PUBLISH of a message; its sender must be the identity, for the topic names it and the parent compares. */
    static Request.Publish publish(IdentityId identity, Message message) throws RefusedException {
        if (!message.sender().equals(identity)) {
            throw new RefusedException(new Refusal.Invalid("a message of \"" + message.sender()
                    + "\" cannot go up on the connection of \"" + identity + "\""));
        }
        if (message.size() > Message.MAX_BYTES) {
            throw new RefusedException(new Refusal.TooLarge("the message has " + message.size() + " bytes of at most "
                    + Message.MAX_BYTES + " that the parent takes"));
        }
        String topic = Topics.telemetry(identity, new PropertyBag(message.systemProperties(), message.properties()));
        if (topic.length() > LONGEST_TOPIC) {
            throw new RefusedException(new Refusal.TooLarge("the message's properties need " + topic.length()
                    + " characters of at most " + LONGEST_TOPIC + " that an MQTT topic has"));
        }
        return new Request.Publish(topic, message.payload(), new CompletableFuture<>());
    }

    /** A cloud-to-device message; its sender field is the addressee. */
    static Message cloudToDevice(IdentityId addressee, PropertyBag bag, byte[] payload) {
        return new Message(addressee, bag.system(), bag.properties(), payload);
    }

    /** A message for an input; it names its sender where that is known. */
    static Message input(IdentityId addressee, String input, PropertyBag bag, byte[] payload) {
        Map<String, String> system = new HashMap<>(bag.system());
        system.put(SystemProperties.INPUT_NAME, input);
        return new Message(sender(addressee, bag), system, bag.properties(), payload);
    }

    private static IdentityId sender(IdentityId addressee, PropertyBag bag) {
        String device = idOrNull(bag.system().get(SystemProperties.CONNECTION_DEVICE_ID));
        String module = idOrNull(bag.system().get(SystemProperties.CONNECTION_MODULE_ID));
        return device == null ? addressee.device() : new IdentityId(device, module);
    }

    private static @Nullable String idOrNull(@Nullable String text) {
        return text == null || text.isEmpty() || text.indexOf('/') >= 0 ? null : text;
    }
}
