package kant.edgeagent.upload;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/** Opens containers. The HTTP client behind them is made when the first one is opened: most agents never upload. */
public final class BlobStore {
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final String UPSTREAM = "$upstream";

    private final Roots roots;
    private final String parentHost;
    private @Nullable HttpClient http;

    /** Whom to trust; may block. */
    public interface Roots {
        List<X509Certificate> read() throws IOException, GeneralSecurityException;
    }

    /** @param parentHost what {@code $upstream} stands for in a URL: a parent edge device that passes uploads on */
    public BlobStore(Roots roots, String parentHost) {
        this.roots = roots;
        this.parentHost = parentHost;
    }

    /**
     * Opens a container.
     *
     * @throws RefusedException where the URL is none
     */
    public BlobContainer container(String sasUrl) throws RefusedException, IOException {
        return BlobContainer.of(sasUrl.replace(UPSTREAM, parentHost), http());
    }

    private synchronized HttpClient http() throws IOException {
        if (http == null) {
            http = HttpClient.newBuilder()
                    .connectTimeout(CONNECT)
                    .sslContext(trusting())
                    .proxy(ProxySelector.getDefault())
                    .build();
        }
        return http;
    }

    private SSLContext trusting() throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int n = 0;
            for (X509Certificate root : roots.read()) {
                store.setCertificateEntry("root" + n++, root);
            }
            var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the trusted certificates cannot be used: " + e.getMessage(), e);
        }
    }
}
