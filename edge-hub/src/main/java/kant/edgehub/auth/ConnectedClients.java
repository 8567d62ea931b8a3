package kant.edgehub.auth;

import java.util.Map;
import kant.model.auth.Credential;
import kant.model.identity.IdentityId;

/** The clients that are connected now, as the re-check needs them. */
public interface ConnectedClients {

    /** Each connected identity with the credential it showed. */
    Map<IdentityId, Credential> credentials();

    /** Closes a client's connection; nothing where it has none. */
    void disconnect(IdentityId id, String reason);
}
