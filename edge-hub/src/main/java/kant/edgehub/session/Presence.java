package kant.edgehub.session;

import kant.model.identity.IdentityId;

/** Hears who comes and goes. */
public interface Presence {

    void connected(IdentityId id);

    void disconnected(IdentityId id);
}
