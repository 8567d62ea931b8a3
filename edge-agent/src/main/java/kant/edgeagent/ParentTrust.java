package kant.edgeagent;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import kant.protocol.tls.Pem;

/**
 * Which roots the parent's certificate may end in: those of the trust bundle, which holds a parent edge's or a private hub's,
 * and the system's, for the public hub.
 */
final class ParentTrust {
    private ParentTrust() {}

    static List<X509Certificate> roots(String trustBundle) throws GeneralSecurityException {
        List<X509Certificate> roots = new ArrayList<>(Pem.certificates(trustBundle));
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .forEach(m -> roots.addAll(List.of(((X509TrustManager) m).getAcceptedIssuers())));
        return roots;
    }
}
