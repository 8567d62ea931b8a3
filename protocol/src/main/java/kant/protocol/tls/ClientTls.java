package kant.protocol.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** A dialler's side of TLS: the server's chain must end in a trusted root and its certificate must name the host dialled. */
public final class ClientTls {
    private static final long HANDSHAKE_SECONDS = 30;

    private final SslContext context;

    private ClientTls(SslContext context) {
        this.context = context;
    }

    /** Trusts these roots alone, or the system's where the list is empty. */
    public static ClientTls trusting(List<X509Certificate> roots) throws SSLException {
        return new ClientTls(builder(roots).build());
    }

    /** The same, showing a client certificate where the server asks for one. */
    public static ClientTls trusting(List<X509Certificate> roots, List<X509Certificate> chain, PrivateKey key)
            throws SSLException {
        return new ClientTls(builder(roots).keyManager(key, chain).build());
    }

    /**
     * A handler for one connection.
     *
     * @param host the name or IP address that the server's certificate must carry; also sent as SNI where it is a name
     */
    public SslHandler newHandler(ByteBufAllocator allocator, String host, int port) {
        SslHandler handler = context.newHandler(allocator, host, port);
        handler.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
        return handler;
    }

    private static SslContextBuilder builder(List<X509Certificate> roots) {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(TlsProvider.CHOSEN)
                .protocols(TlsProvider.PROTOCOLS)
                .endpointIdentificationAlgorithm("HTTPS");
        return roots.isEmpty() ? builder : builder.trustManager(roots);
    }
}
