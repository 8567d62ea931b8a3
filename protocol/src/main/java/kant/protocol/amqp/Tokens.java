package kant.protocol.amqp;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kant.model.auth.Credential;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.net.OnLoop;
import kant.protocol.sas.SasCheck;
import org.jspecify.annotations.Nullable;

/**
 * What the peer has shown: tokens put on the CBS node or given to SASL, and the certificate of its TLS. Nothing of it is verified here:
 * the hub does that when a link opens.
 */
@OnLoop
final class Tokens {
    private final List<X509Certificate> certificates;
    private final Map<IdentityId, Held> held = new HashMap<>();
    private @Nullable SasToken hub;
    private int characters;

    private record Held(SasToken token, int characters) {}

    Tokens(List<X509Certificate> certificates) {
        this.certificates = certificates;
    }

    /**
     * Whom a token is for, by its {@code sr}; null for the hub itself.
     *
     * @throws RefusedException where it is for neither a device, a module nor a hub
     */
    static @Nullable IdentityId subject(SasToken token) throws RefusedException {
        String[] parts = token.decodedResource().split("/", -1);
        try {
            if (parts.length == 1) {
                return null;
            } else if (parts.length == 3 && parts[1].equals("devices")) {
                return IdentityId.device(parts[2]);
            } else if (parts.length == 5 && parts[1].equals("devices") && parts[3].equals("modules")) {
                return IdentityId.module(parts[2], parts[4]);
            }
        } catch (IllegalArgumentException _) {
            // an id that is none: as if it were not there
        }
        throw new RefusedException(new Refusal.Unauthorized(
                "the token's sr is not {host}, {host}/devices/{id} or {host}/devices/{id}/modules/{id}"));
    }

    /**
     * Keeps a token in the place of an earlier one.
     *
     * @param subject whom it is for, null for the hub itself
     * @param length its characters
     */
    void put(@Nullable IdentityId subject, SasToken token, int length) throws RefusedException {
        if (subject == null) {
            hub = token;
            return;
        }
        Held earlier = held.get(subject);
        int more = length - (earlier == null ? 0 : earlier.characters());
        if (earlier == null && held.size() >= AmqpLimits.TOKENS || characters + more > AmqpLimits.TOKEN_CHARACTERS) {
            throw new RefusedException(new Refusal.LimitExceeded("this connection holds " + held.size()
                    + " tokens, more do not fit; open another connection for more devices"));
        }
        characters += more;
        held.put(subject, new Held(token, length));
    }

    /** Forgets what has run out. */
    void expire(Instant now, Duration skew) {
        held.values().removeIf(entry -> {
            boolean expired = SasCheck.hasExpired(entry.token(), now, skew);
            characters -= expired ? entry.characters() : 0;
            return expired;
        });
    }

    int size() {
        return held.size();
    }

    /** The token for the hub itself, by which a service application comes in; null where there is none. */
    @Nullable
    SasToken hub() {
        return hub;
    }

    /**
     * What this connection can show for an identity: its own token, for a module its device's, a policy's token, its TLS certificate.
     * On behalf of others an edge device shows the token of its own {@code $edgeHub} (device-protocols.md §2.7).
     *
     * @param authChain ids from the target to the acting device, empty or of length one where it acts for itself
     */
    @Nullable
    Proof proof(IdentityId identity, List<IdentityId> authChain) {
        if (authChain.size() > 1) {
            Proof actor = token(IdentityId.module(authChain.getLast().deviceId(), IdentityId.EDGE_HUB));
            if (actor != null) {
                return actor;
            }
        }
        Proof own = token(identity);
        if (own == null && identity.isModule()) {
            own = token(identity.device());
        }
        if (own != null) {
            return own;
        }
        if (hub != null) {
            return new Proof(new Credential.Token(hub), null);
        }
        return certificates.isEmpty() ? null : new Proof(new Credential.Certificate(certificates), null);
    }

    private @Nullable Proof token(IdentityId identity) {
        Held found = held.get(identity);
        return found == null ? null : new Proof(new Credential.Token(found.token()), identity);
    }
}
