package kant.iothub.c2d;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;

/**
 * A message in the queue of a device or module.
 *
 * @param target also the sender of {@code message}, as messages to devices have it
 * @param sequence unique within the queue, rising
 * @param deliveries how often it was handed over and came back
 * @param generation of the target when the message was taken, for feedback
 */
public record CloudMessage(
        IdentityId target,
        long sequence,
        Instant enqueued,
        Instant expires,
        int deliveries,
        String generation,
        Message message) {

    /** The message as its target gets it, with what the queue knows of it. */
    public Message outgoing() {
        Map<String, String> system = new HashMap<>(message.systemProperties());
        system.put(SystemProperties.ENQUEUED_TIME, enqueued.toString());
        system.put(SystemProperties.SEQUENCE_NUMBER, Long.toString(sequence));
        return new Message(target, system, message.properties(), message.payload());
    }
}
