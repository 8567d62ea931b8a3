package kant.protocol.amqp.wire;

import java.util.Map;
import java.util.UUID;

/**
 * The answer to a direct method's call on the wire.
 *
 * @param status the method's own; {@link #NO_STATUS} where the client gave none
 */
public record MethodResponse(UUID correlationId, int status, byte[] payload) {
    /** What the original takes for an answer without a status. */
    public static final int NO_STATUS = 400_000;

    public Sections write() {
        return Sections.of(
                MessageProperties.correlated(correlationId),
                Map.of(),
                Map.of(WireNames.METHOD_STATUS, status),
                payload);
    }

    public static MethodResponse read(Sections message) throws MalformedMessage {
        Object status = message.application().get(WireNames.METHOD_STATUS);
        return new MethodResponse(
                MethodRequest.correlation(message),
                status instanceof Number number ? number.intValue() : NO_STATUS,
                message.body());
    }
}
