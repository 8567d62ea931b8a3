package kant.protocol.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * A listener's side of TLS 1.2 and 1.3. The certificate can be replaced while listeners run: new connections get the new
 * one, running ones keep what they have. A client certificate is asked for, not required, and any is let through: TLS
 * proves that the client has the key, the authenticator judges the rest.
 */
public final class ServerTls {
    /** How long a handshake may take; a slow device on a slow line needs seconds, an idle socket must not keep its place. */
    private static final long HANDSHAKE_SECONDS = 30;

    private volatile SslContext context;

    private final List<String> protocols;

    private ServerTls(SslContext context, List<String> protocols) {
        this.context = context;
        this.protocols = List.copyOf(protocols);
    }

    /**
     * @param chain leaf first
     * @param key the leaf's
     * @throws SSLException where key and certificate do not go together or are of no use to TLS
     */
    public static ServerTls of(List<X509Certificate> chain, PrivateKey key) throws SSLException {
        return of(chain, key, List.of(TlsProvider.PROTOCOLS));
    }

    /** The same with these versions of TLS only, by their names in the JDK. */
    public static ServerTls of(List<X509Certificate> chain, PrivateKey key, List<String> protocols)
            throws SSLException {
        return new ServerTls(context(chain, key, protocols), protocols);
    }

    /** Gives every connection from now on this certificate; on an exception the old one stays. */
    public void replace(List<X509Certificate> chain, PrivateKey key) throws SSLException {
        context = context(chain, key, protocols);
    }

    /** A handler for one accepted connection. */
    public SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
        return handler;
    }

    private static SslContext context(List<X509Certificate> chain, PrivateKey key, List<String> protocols)
            throws SSLException {
        KeyPairs.check(chain, key); // BoringSSL would notice at the first handshake only
        return SslContextBuilder.forServer(key, chain)
                .sslProvider(TlsProvider.CHOSEN)
                .protocols(protocols)
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(new AnyClient())
                .build();
    }
}
