package kant.edgehub.auth;

import java.util.List;
import kant.model.auth.Credential;
import kant.model.identity.IdentityId;
import kant.protocol.port.ClientInfo;

/**
 * What a client says it is, and what it shows for it.
 *
 * @param authChain ids from the identity to the edge device that acts for it, whose {@code $edgeHub} the credential is of; empty
 *     or of one where it acts for itself
 */
public record Claim(IdentityId identity, List<IdentityId> authChain, Credential credential) {
    public Claim {
        authChain = List.copyOf(authChain);
    }

    public static Claim of(Credential credential, ClientInfo client) {
        return new Claim(client.identity(), client.authChain(), credential);
    }

    /** Whether somebody acts for it. */
    boolean onBehalf() {
        return authChain.size() > 1;
    }

    /** Whose credential it is. */
    IdentityId actor() {
        return onBehalf() ? IdentityId.module(authChain.getLast().deviceId(), IdentityId.EDGE_HUB) : identity;
    }

    /** Whether what the registry says of this identity matters to it. */
    boolean restsOn(IdentityId id) {
        return id.equals(identity)
                || id.equals(identity.device())
                || onBehalf() && (id.equals(actor()) || authChain.contains(id));
    }
}
