package kant.edgehub;

import kant.edgehub.metrics.Counters;
import kant.edgehub.session.Presence;
import kant.model.identity.IdentityId;

/** Counts who comes and goes, and passes it on. */
record CountedPresence(Counters counters, Presence next) implements Presence {

    @Override
    public void connected(IdentityId id) {
        counters.connected(id);
        next.connected(id);
    }

    @Override
    public void disconnected(IdentityId id) {
        counters.disconnected(id);
        next.disconnected(id);
    }
}
