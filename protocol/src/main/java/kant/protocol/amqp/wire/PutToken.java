package kant.protocol.amqp.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token put on the CBS node (device-protocols.md §3.2).
 *
 * @param messageId comes back as the answer's correlation id, value and type
 * @param name must be there and says nothing: whom the token is for stands in the token
 */
public record PutToken(@Nullable Object messageId, String name, String token) {

    public Sections write() {
        return new Sections(
                new MessageProperties(messageId, null, WireNames.CBS, "cbs", null, null, null, null),
                Map.of(),
                Map.of(
                        WireNames.CBS_OPERATION, WireNames.PUT_TOKEN,
                        WireNames.CBS_TYPE, WireNames.SAS_TOKEN_TYPE,
                        WireNames.CBS_NAME, name),
                token,
                null);
    }

    /** Reads a request; the message of what is thrown is fit to be its answer. */
    public static PutToken read(Sections message) throws MalformedMessage {
        String operation = message.property(WireNames.CBS_OPERATION);
        if (!WireNames.PUT_TOKEN.equalsIgnoreCase(operation)) {
            throw new MalformedMessage("the operation is not put-token");
        }
        if (!WireNames.SAS_TOKEN_TYPE.equalsIgnoreCase(message.property(WireNames.CBS_TYPE))) {
            throw new MalformedMessage("the token's type is not " + WireNames.SAS_TOKEN_TYPE);
        }
        String name = message.property(WireNames.CBS_NAME);
        if (name == null || name.isEmpty()) {
            throw new MalformedMessage("put-token has no name");
        }
        if (!(message.value() instanceof String token)) {
            throw new MalformedMessage("the body is not the token as an AMQP string value");
        }
        return new PutToken(message.properties().messageId(), name, token);
    }

    @Override
    public String toString() {
        return "PutToken[name=" + name + ", token=<redacted>]";
    }
}
