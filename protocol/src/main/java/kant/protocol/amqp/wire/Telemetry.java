package kant.protocol.amqp.wire;

import java.util.Set;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;

/** Messages on their way up: from a client to its hub, from a hub to its parent (device-protocols.md §3.4). */
public final class Telemetry {
    /** What the hub says of a message, never its sender. */
    private static final Set<String> HUBS_TO_SAY = Set.of(
            SystemProperties.CONNECTION_DEVICE_ID,
            SystemProperties.CONNECTION_MODULE_ID,
            SystemProperties.ENQUEUED_TIME,
            SystemProperties.SEQUENCE_NUMBER);

    private Telemetry() {}

    /** Reads what a client sent; claims about the sender are dropped, values that are no text are written out. */
    public static Message read(IdentityId sender, Sections message) throws MalformedMessage {
        return new Message(
                sender, PropertyNames.system(message, HUBS_TO_SAY), PropertyNames.application(message), message.body());
    }

    /** What is sent to a hub; the payload is not copied. */
    public static Sections write(Message message) {
        return Sections.of(
                PropertyNames.properties(message.systemProperties()),
                PropertyNames.annotations(message.systemProperties(), HUBS_TO_SAY),
                PropertyNames.application(message.systemProperties(), message.properties(), Set.of()),
                message.payload());
    }
}
