package kant.edgeagent;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import kant.protocol.tls.Pem;

/**
 * Which roots the parent's certificate may end in. The trust bundle holds a parent edge's or a private hub's; for a parent
 * that may be the public hub the system's roots count as well, some hundred that weigh megabytes.
 */
final class ParentTrust {
    private ParentTrust() {}

    static List<X509Certificate> roots(String trustBundle, boolean maybePublic) throws GeneralSecurityException {
        List<X509Certificate> roots = new ArrayList<>(Pem.certificates(trustBundle));
        if (maybePublic || roots.isEmpty()) {
            roots.addAll(systemRoots());
        }
        return roots;
    }

    private static List<X509Certificate> systemRoots() throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        List<X509Certificate> roots = new ArrayList<>();
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                roots.addAll(List.of(x509.getAcceptedIssuers()));
            }
        }
        return roots;
    }
}
