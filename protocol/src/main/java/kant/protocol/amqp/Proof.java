package kant.protocol.amqp;

import kant.model.auth.Credential;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/**
 * By what a client is let in.
 *
 * @param tokenOf whose token it is, by which a renewal finds its clients; null where it is the hub's own token or no token
 */
record Proof(Credential credential, @Nullable IdentityId tokenOf) {}
