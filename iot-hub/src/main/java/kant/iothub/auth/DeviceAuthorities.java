package kant.iothub.auth;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;

/** The authorities whose certificates devices may show, and whether a certificate comes from one of them. */
public final class DeviceAuthorities {
    /** Levels of intermediate authorities between a device's certificate and a trusted one. */
    private static final int MAX_INTERMEDIATES = 5;

    private final Set<TrustAnchor> anchors;

    public DeviceAuthorities(List<X509Certificate> trusted) {
        anchors = trusted.stream().map(ca -> new TrustAnchor(ca, null)).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns where a chain, leaf first, leads to a trusted authority and all of it is valid now; else refuses. */
    void check(List<X509Certificate> chain, Instant now) throws HubRefusedException {
        if (anchors.isEmpty()) {
            throw refused("this hub trusts no authority for devices; start it with --device-ca FILE");
        }
        try {
            var leaf = new X509CertSelector();
            leaf.setCertificate(chain.getFirst());
            var parameters = new PKIXBuilderParameters(anchors, leaf);
            parameters.setRevocationEnabled(false); // nobody publishes revocation lists for a stand-in
            parameters.setMaxPathLength(MAX_INTERMEDIATES);
            parameters.setDate(Date.from(now));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            CertPathBuilder.getInstance("PKIX").build(parameters);
        } catch (GeneralSecurityException e) {
            throw refused("the certificate leads to no authority that this hub trusts for devices, or is not valid at "
                    + now + ": " + e.getMessage());
        }
    }

    private static HubRefusedException refused(String reason) {
        return new HubRefusedException(ErrorCode.UNAUTHORIZED, reason);
    }
}
