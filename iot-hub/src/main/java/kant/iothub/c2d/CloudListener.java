package kant.iothub.c2d;

import java.time.Instant;
import kant.model.identity.IdentityId;

/** Told of what came to the queues, after it is on disk; must not block. */
public interface CloudListener {

    /** The target's queue has a message that nobody holds. */
    default void waiting(IdentityId target) {}

    /** There is feedback for services. */
    default void feedback() {}

    /** A lock runs out or a message expires at this time. */
    default void due(Instant when) {}
}
