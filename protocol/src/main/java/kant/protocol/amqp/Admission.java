package kant.protocol.amqp;

import java.util.HashMap;
import java.util.Map;
import kant.model.identity.IdentityId;

/**
 * How many identities a head lets in at once. One that is in already may always come again, for its newer session takes the
 * older one's place. Called when clients come and go, from any loop; held for a map operation only.
 */
final class Admission {
    private final int limit;
    private final Map<IdentityId, Integer> clients = new HashMap<>();

    Admission(int limit) {
        this.limit = limit;
    }

    /** Takes a place; false where there is none. */
    synchronized boolean enter(IdentityId identity) {
        if (clients.size() >= limit && !clients.containsKey(identity)) {
            return false;
        }
        clients.merge(identity, 1, Integer::sum);
        return true;
    }

    /** Gives a place back. */
    synchronized void leave(IdentityId identity) {
        clients.computeIfPresent(identity, (_, count) -> count > 1 ? count - 1 : null);
    }
}
