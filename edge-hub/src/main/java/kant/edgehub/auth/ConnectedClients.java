package kant.edgehub.auth;

import java.util.Collection;
import kant.model.identity.IdentityId;

/** The clients that are connected now, as the re-check needs them. */
public interface ConnectedClients {

    /** Of each connected identity what it has said and shown. */
    Collection<Claim> claims();

    /** Closes a client's connection; nothing where it has none. */
    void disconnect(IdentityId id, String reason);
}
