package kant.iothub.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.registry.Authentication;
import kant.iothub.registry.Registered;

/** Whether a certificate proves an identity (reference/device-protocols.md §2.4); modules are held to the same as devices. */
final class CertificateCheck {
    private static final int SHA1_DIGITS = 40;

    private final DeviceAuthorities authorities;

    CertificateCheck(DeviceAuthorities authorities) {
        this.authorities = authorities;
    }

    /** Returns, or refuses. */
    void check(Registered registered, List<X509Certificate> chain, Instant now) throws HubRefusedException {
        Authentication authentication = registered.authentication();
        switch (authentication.type()) {
            case SELF_SIGNED -> checkThumbprint(registered, chain.getFirst(), now);
            case CERTIFICATE_AUTHORITY -> checkIssued(registered, chain, now);
            case SAS, NONE ->
                throw unauthorized("\"" + registered.id() + "\" is registered with authentication "
                        + authentication.type().text() + " and showed a certificate");
        }
    }

    private static void checkThumbprint(Registered registered, X509Certificate leaf, Instant now)
            throws HubRefusedException {
        Date date = Date.from(now);
        if (date.before(leaf.getNotBefore()) || date.after(leaf.getNotAfter())) {
            throw unauthorized("the certificate of \"" + registered.id() + "\" is valid from "
                    + leaf.getNotBefore().toInstant() + " to "
                    + leaf.getNotAfter().toInstant() + ", it is " + now);
        }
        Authentication registry = registered.authentication();
        if (!matches(leaf, registry.primary()) && !matches(leaf, registry.secondary())) {
            throw unauthorized("the certificate of \"" + registered.id() + "\" has none of the registered thumbprints");
        }
    }

    private void checkIssued(Registered registered, List<X509Certificate> chain, Instant now)
            throws HubRefusedException {
        String name = commonName(chain.getFirst()).orElse("");
        if (!name.equals(registered.id().text())) {
            throw unauthorized("the certificate is for \"" + name + "\" (CN), not for \"" + registered.id() + "\"");
        }
        authorities.check(chain, now);
    }

    private static Optional<String> commonName(X509Certificate certificate) throws HubRefusedException {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .map(String::valueOf)
                            .findFirst();
        } catch (InvalidNameException e) {
            throw unauthorized("the certificate's subject cannot be read: " + e.getMessage());
        }
    }

    private static boolean matches(X509Certificate certificate, String thumbprint) throws HubRefusedException {
        String algorithm = thumbprint.length() == SHA1_DIGITS ? "SHA-1" : "SHA-256";
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
            return HexFormat.of().withUpperCase().formatHex(digest).equals(thumbprint);
        } catch (GeneralSecurityException e) {
            throw unauthorized("the certificate cannot be read: " + e.getMessage());
        }
    }

    private static HubRefusedException unauthorized(String reason) {
        return new HubRefusedException(ErrorCode.UNAUTHORIZED, reason);
    }
}
