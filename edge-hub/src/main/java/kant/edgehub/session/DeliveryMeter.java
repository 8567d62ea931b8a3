package kant.edgehub.session;

import java.time.Duration;
import kant.model.identity.IdentityId;
import kant.model.message.Message;

/** Counts what sessions do besides taking messages. */
public interface DeliveryMeter {

    /** A module has taken an input message, so long after it was given to it. */
    void delivered(Message message, IdentityId to, String input, Duration took);

    /** A client has read its twin from this hub. */
    void twinRead(IdentityId id, Duration took);

    /** A client's reported properties are kept. */
    void reported(IdentityId id, Duration took);
}
