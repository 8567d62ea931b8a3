package kant.protocol.amqp.wire;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import org.apache.qpid.protonj2.types.UnsignedByte;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.jspecify.annotations.Nullable;

/**
 * A cloud-to-device message or a module's input, on its way down (device-protocols.md §3.4).
 *
 * @param input the input's name, null for a cloud-to-device message
 * @param deliveryCount 0 at the first try
 */
public record DeliveryMessage(Message message, @Nullable String input, int deliveryCount) {
    /** What only a sender says: the original's outgoing map has neither. */
    private static final Set<String> SENDERS_TO_SAY =
            Set.of(SystemProperties.OUTPUT_NAME, SystemProperties.INTERFACE_ID, SystemProperties.EDGE_MESSAGE_ID);

    private static final int MAX_UBYTE = 255;

    /** Reads what a hub sent to this identity. */
    public static DeliveryMessage read(IdentityId addressee, Sections message) throws MalformedMessage {
        Object count = message.annotations().get(WireNames.DELIVERY_COUNT);
        return new DeliveryMessage(
                new Message(
                        addressee,
                        PropertyNames.system(message, Set.of()),
                        PropertyNames.application(message),
                        message.body()),
                message.annotation(WireNames.INPUT_NAME),
                count instanceof Number number ? number.intValue() & MAX_UBYTE : 0);
    }

    /** What a client is sent, under this lock token; the payload is not copied. */
    public static Sections write(Delivery delivery, UUID lockToken) {
        Map<String, String> system = delivery.message().systemProperties();
        Map<String, Object> annotations = PropertyNames.annotations(system, SENDERS_TO_SAY);
        annotations.put(WireNames.LOCK_TOKEN, lockToken.toString());
        annotations.put(
                WireNames.DELIVERY_COUNT, UnsignedByte.valueOf((byte) Math.min(delivery.deliveryCount(), MAX_UBYTE)));
        retype(annotations, WireNames.ENQUEUED_TIME, Values.time(system.get(SystemProperties.ENQUEUED_TIME)));
        retype(annotations, WireNames.SEQUENCE_NUMBER, number(system.get(SystemProperties.SEQUENCE_NUMBER)));
        if (delivery.input() != null) {
            annotations.put(WireNames.INPUT_NAME, delivery.input());
        }
        return Sections.of(
                PropertyNames.properties(system),
                annotations,
                PropertyNames.application(system, delivery.message().properties(), SENDERS_TO_SAY),
                delivery.message().payload());
    }

    private static void retype(Map<String, Object> annotations, String name, @Nullable Object value) {
        if (value == null) {
            annotations.remove(name);
        } else {
            annotations.put(name, value);
        }
    }

    private static @Nullable UnsignedLong number(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return UnsignedLong.valueOf(Long.parseUnsignedLong(text));
        } catch (NumberFormatException _) {
            return null; // no number of a queue
        }
    }
}
