package kant.protocol.tls;

import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kant.world.Randomness;
import kant.world.Time;

/** An authority of a test's own, a server at 127.0.0.1 and clients that trust it. */
public final class TestTls {
    private static final Duration YEAR = Duration.ofDays(365);
    private static final char[] NO_PASSWORD = new char[0];

    private final CertificateAuthority ca = authority();

    private static CertificateAuthority authority() {
        return CertificateAuthority.create("root", YEAR, Time.system(), Randomness.secure());
    }

    public ServerTls server() throws Exception {
        Issued issued = ca.issueServer("hub", List.of("hub.kant.test"), List.of("127.0.0.1"), YEAR);
        return ServerTls.of(issued.chain(), issued.key());
    }

    /** A client certificate of somebody's own authority. */
    public Issued device(String name) {
        return authority().issueClient(name, YEAR);
    }

    /** A client that shows no certificate. */
    public SSLContext client() throws Exception {
        return context(new KeyManager[0]);
    }

    /** A client that shows this one. */
    public SSLContext client(Issued shown) throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("key", shown.key(), NO_PASSWORD, shown.chain().toArray(X509Certificate[]::new));
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, NO_PASSWORD);
        return context(managers.getKeyManagers());
    }

    private SSLContext context(KeyManager[] keys) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", ca.chain().getFirst());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }
}
