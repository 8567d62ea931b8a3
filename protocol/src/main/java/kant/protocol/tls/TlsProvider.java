package kant.protocol.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Which TLS engine this process uses, decided once. */
final class TlsProvider {
    static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    static final SslProvider CHOSEN = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

    private TlsProvider() {}
}
