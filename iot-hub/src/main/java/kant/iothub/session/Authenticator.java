package kant.iothub.session;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.policy.Policies;
import kant.iothub.policy.Right;
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
    private final String hostName;
    private final Time time;

    public Authenticator(Registry registry, Policies policies, String hostName, Time time) {
        this.registry = registry;
        this.policies = policies;
        this.hostName = hostName;
        this.time = time;
    }

    /** The identity as registered, or a refusal. */
    public Registered authenticate(IdentityId id, Credential credential) throws IOException, HubRefusedException {
        Registered registered = registry.find(id).orElseThrow(() -> unauthorized("\"" + id + "\" is not registered"));
        if (!registered.device().enabled()) {
            throw unauthorized("device \"" + id.deviceId() + "\" is disabled");
        }
        switch (credential) {
            case Credential.Token(SasToken token) -> checkToken(registered, token);
            case Credential.Certificate(List<X509Certificate> chain) -> checkCertificate(registered, chain);
            case Credential.None _ -> throw unauthorized("\"" + id + "\" showed neither a SAS token nor a certificate");
        }
        return registered;
    }

    private void checkToken(Registered registered, SasToken token) throws HubRefusedException {
        if (!token.policy().isEmpty()) {
            policies.check(token, resource(registered.id()), Right.DEVICE_CONNECT);
            return;
        }
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

    private void checkCertificate(Registered registered, List<X509Certificate> chain) throws HubRefusedException {
        Authentication authentication = registered.authentication();
        if (authentication.type() != Authentication.Type.SELF_SIGNED) {
            throw unauthorized("\"" + registered.id() + "\" is registered with authentication "
                    + authentication.type().text()
                    + " and showed a certificate; the stand-in takes certificates by thumbprint only");
        }
        X509Certificate leaf = chain.getFirst();
        Date now = Date.from(time.now());
        if (now.before(leaf.getNotBefore()) || now.after(leaf.getNotAfter())) {
            throw unauthorized("the certificate of \"" + registered.id() + "\" is valid from "
                    + leaf.getNotBefore().toInstant() + " to "
                    + leaf.getNotAfter().toInstant() + ", it is " + time.now());
        }
        if (!matches(leaf, authentication.primary()) && !matches(leaf, authentication.secondary())) {
            throw unauthorized("the certificate of \"" + registered.id() + "\" has none of the registered thumbprints");
        }
    }

    private static boolean matches(X509Certificate certificate, String thumbprint) throws HubRefusedException {
        String algorithm = thumbprint.length() == 40 ? "SHA-1" : "SHA-256";
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
            return HexFormat.of().withUpperCase().formatHex(digest).equals(thumbprint);
        } catch (GeneralSecurityException e) {
            throw unauthorized("the certificate cannot be read: " + e.getMessage());
        }
    }

    private static String resource(IdentityId id) {
        return "/devices/" + id.deviceId() + (id.isModule() ? "/modules/" + id.moduleId() : "");
    }

    private static HubRefusedException unauthorized(String reason) {
        return new HubRefusedException(ErrorCode.UNAUTHORIZED, reason);
    }
}
