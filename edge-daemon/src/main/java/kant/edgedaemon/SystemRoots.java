package kant.edgedaemon;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import kant.protocol.tls.Pem;
import org.jspecify.annotations.Nullable;

/** Whom the daemon trusts to be its hub: the roots that every JDK trusts and those of the operator's bundle. */
final class SystemRoots {
    private SystemRoots() {}

    /** @param bundle PEM; blank for the system's roots alone */
    static List<X509Certificate> and(String bundle) throws GeneralSecurityException {
        if (bundle.isBlank()) {
            return List.of(); // which means the system's to the dialer
        }
        List<X509Certificate> roots = new ArrayList<>(Pem.certificates(bundle));
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        @Nullable KeyStore systems = null;
        factory.init(systems);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                roots.addAll(List.of(x509.getAcceptedIssuers()));
            }
        }
        return roots;
    }
}
