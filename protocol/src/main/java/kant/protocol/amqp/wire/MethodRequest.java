package kant.protocol.amqp.wire;

import java.util.Map;
import java.util.UUID;

/**
 * A direct method's call on the wire (device-protocols.md §3.4). The correlation id is always of the type UUID: the C client takes no
 * other (trap 6). One data section, even for an empty payload.
 */
public record MethodRequest(UUID correlationId, String name, byte[] payload) {

    public Sections write() {
        return Sections.of(
                MessageProperties.correlated(correlationId), Map.of(), Map.of(WireNames.METHOD_NAME, name), payload);
    }

    public static MethodRequest read(Sections message) throws MalformedMessage {
        String name = message.property(WireNames.METHOD_NAME);
        if (name == null) {
            throw new MalformedMessage("a method request has no " + WireNames.METHOD_NAME);
        }
        return new MethodRequest(correlation(message), name, message.body());
    }

    /** A correlation id that is a UUID or its text. */
    static UUID correlation(Sections message) throws MalformedMessage {
        try {
            return switch (message.properties().correlationId()) {
                case UUID id -> id;
                case String text -> UUID.fromString(text);
                case null, default -> throw new MalformedMessage("a method message has no UUID as its correlation-id");
            };
        } catch (IllegalArgumentException _) {
            throw new MalformedMessage("a method message's correlation-id is no UUID");
        }
    }
}
