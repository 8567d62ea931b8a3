package kant.protocol.amqp.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The CBS node's answer.
 *
 * @param correlationId the request's message id, value and type: Java casts it (trap 3)
 * @param status 200 or 202 where the token was taken
 */
public record CbsReply(@Nullable Object correlationId, int status, String description) {

    public boolean isTaken() {
        return status == 200 || status == 202;
    }

    public Sections write() {
        return new Sections(
                MessageProperties.correlated(correlationId),
                Map.of(),
                Map.of(WireNames.STATUS_CODE, status, WireNames.STATUS_DESCRIPTION, description),
                null,
                null);
    }

    public static CbsReply read(Sections message) throws MalformedMessage {
        if (!(message.application().get(WireNames.STATUS_CODE) instanceof Number status)) {
            throw new MalformedMessage("a CBS answer has no status-code");
        }
        String description = message.property(WireNames.STATUS_DESCRIPTION);
        return new CbsReply(
                message.properties().correlationId(), status.intValue(), description == null ? "" : description);
    }
}
