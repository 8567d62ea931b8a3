package kant.edgehub.auth;

import java.io.IOException;
import java.util.List;
import kant.model.identity.IdentityId;

/** The parent's knowledge of this device's scope; blocking, for virtual threads. */
public interface ScopeSource {

    /** Every identity of the scope. */
    List<ScopeIdentity> all() throws IOException;

    /**
     * One identity, with its device where it is a module; empty where the parent says that there is none in the scope.
     *
     * @param via the edge devices from the one it stands below up to this one; this one alone, or nothing, where it stands directly
     *     below this one
     */
    List<ScopeIdentity> one(IdentityId id, List<IdentityId> via) throws IOException;
}
