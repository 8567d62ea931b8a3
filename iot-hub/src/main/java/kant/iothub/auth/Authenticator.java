package kant.iothub.auth;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.policy.Policies;
import kant.iothub.policy.Right;
import kant.iothub.registry.AuthChain;
import kant.iothub.registry.Authentication;
import kant.iothub.registry.Registered;
import kant.iothub.registry.Registry;
import kant.model.auth.Credential;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.protocol.sas.SasCheck;
import kant.world.Time;

/** Says whether a credential proves an identity (reference/device-protocols.md §2). Blocks: the registry is on disk. */
public final class Authenticator {
    private final Registry registry;
    private final Policies policies;
    private final CertificateCheck certificates;
    private final String hostName;
    private final Time time;

    public Authenticator(
            Registry registry, Policies policies, DeviceAuthorities authorities, String hostName, Time time) {
        this.registry = registry;
        this.policies = policies;
        this.certificates = new CertificateCheck(authorities);
        this.hostName = hostName;
        this.time = time;
    }

    /**
     * The identity, or a refusal.
     *
     * @param chain from the identity to an edge device whose hub acts for it; of one element or none where it acts for itself
     */
    public Admitted authenticate(IdentityId id, List<IdentityId> chain, Credential credential)
            throws IOException, HubRefusedException {
        if (chain.size() < 2) {
            return authenticate(id, credential);
        }
        AuthChain up = AuthChain.of(chain);
        if (!up.target().equals(id)) {
            throw unauthorized("the auth chain begins with \"" + up.target() + "\", not with \"" + id + "\"");
        }
        return Admitted.onBehalf(authenticate(up, credential), up);
    }

    /** The target of a chain whose acting hub proves itself, or a refusal. */
    public Registered authenticate(AuthChain chain, Credential credential) throws IOException, HubRefusedException {
        authenticate(chain.actorHub(), credential);
        return registry.target(chain);
    }

    /** An identity that acts for itself, or a refusal. */
    public Admitted authenticate(IdentityId id, Credential credential) throws IOException, HubRefusedException {
        Registered registered = registry.find(id).orElseThrow(() -> unauthorized("\"" + id + "\" is not registered"));
        if (!registered.device().enabled()) {
            throw unauthorized("device \"" + id.deviceId() + "\" is disabled");
        }
        return switch (credential) {
            case Credential.Token(SasToken token)
            when !token.policy().isEmpty() -> {
                policies.check(token, resource(id), Right.DEVICE_CONNECT);
                yield Admitted.itself(registered, "hub", "sas", "iothub");
            }
            case Credential.Token(SasToken token) -> {
                checkToken(registered, token);
                yield Admitted.itself(registered, Admitted.scope(id), "sas", "iothub");
            }
            case Credential.Certificate(List<X509Certificate> chain) -> {
                certificates.check(registered, chain, time.now());
                yield Admitted.itself(registered, Admitted.scope(id), "x509", "external");
            }
            case Credential.None _ -> throw unauthorized("\"" + id + "\" showed neither a SAS token nor a certificate");
        };
    }

    private void checkToken(Registered registered, SasToken token) throws HubRefusedException {
        Authentication authentication = registered.authentication();
        if (authentication.type() != Authentication.Type.SAS) {
            throw unauthorized("\"" + registered.id() + "\" is registered with authentication "
                    + authentication.type().text() + " and showed a SAS token");
        }
        Optional<Refusal> refusal = SasCheck.check(
                token,
                List.of(hostName),
                registered.id(),
                authentication.primary(),
                authentication.secondary(),
                time.now(),
                Policies.SKEW);
        if (refusal.isPresent()) {
            throw unauthorized(refusal.get().reason());
        }
    }

    private static String resource(IdentityId id) {
        return "/devices/" + id.deviceId() + (id.isModule() ? "/modules/" + id.moduleId() : "");
    }

    private static HubRefusedException unauthorized(String reason) {
        return new HubRefusedException(ErrorCode.UNAUTHORIZED, reason);
    }
}
