package kant.edgehub.parent;

import java.time.Duration;
import kant.model.identity.IdentityId;
import kant.model.message.Message;

/** Counts what is asked of the parent. */
public interface ParentMeter {

    /** The parent has acknowledged a message. */
    void sentUp(Message message, Duration took);

    /** The parent has told a twin. */
    void twinReadUp(IdentityId id, Duration took);

    /** The parent has taken reported properties. */
    void reportedUp(IdentityId id, Duration took);

    /** An operation failed, and will be tried again. */
    void failedUp(IdentityId id, String operation);
}
