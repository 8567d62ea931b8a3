package kant.edgehub.auth;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;

/**
 * Judges a client certificate (device-protocols.md §2.4). That the client has its key was proved by TLS. Pure: the same inputs
 * give the same answer.
 */
final class CertificateCheck {
    private static final int SHA_1_DIGITS = 40;
    private static final int SHA_256_DIGITS = 64;

    private CertificateCheck() {}

    /** Whether it is the registered certificate, and in date. */
    static Optional<Refusal> byThumbprint(List<X509Certificate> chain, Proof proof, Instant now) {
        X509Certificate leaf = chain.getFirst();
        if (!matches(leaf, proof.primaryThumbprint()) && !matches(leaf, proof.secondaryThumbprint())) {
            return refused("the client certificate \"" + leaf.getSubjectX500Principal()
                    + "\" has neither of the registered thumbprints");
        }
        return inDate(leaf, now);
    }

    /** Whether a trusted authority has issued it to this device's name, and all of its chain is in date. */
    static Optional<Refusal> byAuthority(
            List<X509Certificate> chain, IdentityId id, List<X509Certificate> roots, Instant now) {
        X509Certificate leaf = chain.getFirst();
        if (!commonName(leaf).equals(id.deviceId())) {
            return refused("the client certificate is for \"" + leaf.getSubjectX500Principal()
                    + "\", its common name must be the device id \"" + id.deviceId() + "\"");
        }
        if (roots.isEmpty()) {
            return refused("this hub has no trust bundle, so no certificate authority is trusted here");
        }
        Optional<Refusal> outOfDate = inDate(leaf, now);
        return outOfDate.isPresent() ? outOfDate : issued(chain, roots, now);
    }

    private static Optional<Refusal> issued(List<X509Certificate> chain, List<X509Certificate> roots, Instant now) {
        try {
            Set<TrustAnchor> anchors =
                    roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
            var leaf = new X509CertSelector();
            leaf.setCertificate(chain.getFirst());
            var parameters = new PKIXBuilderParameters(anchors, leaf);
            parameters.setRevocationEnabled(false); // there is nobody to ask on a device that is offline
            parameters.setDate(Date.from(now));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            var _ = CertPathBuilder.getInstance("PKIX").build(parameters);
            return Optional.empty();
        } catch (InvalidAlgorithmParameterException e) {
            throw new IllegalStateException("the trust anchors are not usable", e);
        } catch (GeneralSecurityException e) {
            return refused("the client certificate does not lead to a root of the trust bundle: " + e.getMessage());
        }
    }

    private static boolean matches(X509Certificate leaf, String thumbprint) {
        String algorithm = switch (thumbprint.length()) {
            case SHA_1_DIGITS -> "SHA-1";
            case SHA_256_DIGITS -> "SHA-256";
            default -> "";
        };
        if (algorithm.isEmpty()) {
            return false;
        }
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(leaf.getEncoded());
            return HexFormat.of().formatHex(digest).equalsIgnoreCase(thumbprint);
        } catch (GeneralSecurityException _) {
            return false; // a certificate that cannot be encoded again is nobody's
        }
    }

    private static Optional<Refusal> inDate(X509Certificate leaf, Instant now) {
        if (now.isBefore(leaf.getNotBefore().toInstant())
                || now.isAfter(leaf.getNotAfter().toInstant())) {
            return refused("the client certificate \"" + leaf.getSubjectX500Principal() + "\" is valid from "
                    + leaf.getNotBefore().toInstant() + " to "
                    + leaf.getNotAfter().toInstant() + ", it is " + now
                    + "; renew it, and check both clocks");
        }
        return Optional.empty();
    }

    private static String commonName(X509Certificate leaf) {
        try {
            for (Rdn rdn : new LdapName(leaf.getSubjectX500Principal().getName())
                    .getRdns()
                    .reversed()) {
                if (rdn.getType().equalsIgnoreCase("CN") && rdn.getValue() instanceof String name) {
                    return name;
                }
            }
            return "";
        } catch (InvalidNameException _) {
            return ""; // a subject that cannot be read names nobody
        }
    }

    private static Optional<Refusal> refused(String reason) {
        return Optional.of(new Refusal.Unauthorized(reason));
    }
}
