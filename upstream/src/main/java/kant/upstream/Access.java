package kant.upstream;

import java.util.List;
import java.util.stream.Collectors;
import kant.model.identity.IdentityId;

/**
 * How an identity shows the parent that it may come in: by a token of its own, or by the token of an edge hub that acts for
 * it, which the parent checks by the chain between the two (device-protocols.md §2.7).
 *
 * @param id who comes in
 * @param signer whose token it is
 * @param authChain from {@code id} to the acting edge device, empty where the identity comes by itself
 * @param tokens makes the signer's tokens
 * @param modelId the DTDL model that the identity announces, empty where none
 */
public record Access(IdentityId id, IdentityId signer, List<IdentityId> authChain, TokenSource tokens, String modelId) {

    public Access {
        authChain = List.copyOf(authChain);
        if (!authChain.isEmpty() && !authChain.getFirst().equals(id)) {
            throw new IllegalArgumentException("the chain " + authChain + " does not begin with \"" + id + "\"");
        }
    }

    /** An identity with tokens of its own. */
    public static Access own(IdentityId id, TokenSource tokens) {
        return new Access(id, id, List.of(), tokens, "");
    }

    /**
     * An identity that an edge hub acts for.
     *
     * @param authChain from the identity to the acting edge device, for example {@code leaf, edge} or {@code edge/m, edge}
     * @param hubTokens makes tokens of that device's {@code $edgeHub}
     */
    public static Access onBehalf(List<IdentityId> authChain, TokenSource hubTokens) {
        if (authChain.size() < 2) {
            throw new IllegalArgumentException("the chain " + authChain + " does not lead to an edge device");
        }
        IdentityId actor = authChain.getLast();
        return new Access(
                authChain.getFirst(),
                IdentityId.module(actor.deviceId(), IdentityId.EDGE_HUB),
                authChain,
                hubTokens,
                "");
    }

    /** The same, announcing a model. */
    public Access announcing(String model) {
        return new Access(id, signer, authChain, tokens, model);
    }

    /** Whether the parent would see no difference between the two, their tokens apart. */
    public boolean looksLike(Access other) {
        return signer.equals(other.signer) && authChain.equals(other.authChain) && modelId.equals(other.modelId);
    }

    /** The chain as it stands on the wire: ids separated by semicolons, empty where there is none. */
    public String chainText() {
        return authChain.stream().map(IdentityId::text).collect(Collectors.joining(";"));
    }

    @Override
    public String toString() {
        return authChain.isEmpty() ? id.text() : id + " by " + signer;
    }
}
