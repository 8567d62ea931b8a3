package kant.protocol.net;

import java.util.HashMap;
import java.util.Map;
import kant.model.identity.IdentityId;

/**
 * How many identities a head lets in at once. One that is in already may always come again, for its newer connection takes
 * the older one's place. Called when clients connect and go, from any loop; held for a map operation only.
 */
public final class Admission {
    private final int limit;
    private final Map<IdentityId, Integer> connections = new HashMap<>();

    public Admission(int limit) {
        this.limit = limit;
    }

    /** Takes a place; false where there is none. */
    public synchronized boolean enter(IdentityId identity) {
        if (connections.size() >= limit && !connections.containsKey(identity)) {
            return false;
        }
        connections.merge(identity, 1, Integer::sum);
        return true;
    }

    /** Gives a place back. */
    public synchronized void leave(IdentityId identity) {
        connections.computeIfPresent(identity, (_, count) -> count > 1 ? count - 1 : null);
    }

    /** Identities that are in. */
    public synchronized int size() {
        return connections.size();
    }
}
