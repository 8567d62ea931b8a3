package kant.upstream;

import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.ClientTls;
import kant.protocol.tls.Issued;
import kant.protocol.tls.ServerTls;
import kant.world.Randomness;
import kant.world.Time;

/** A root of the test's own, a server that it vouches for, and clients that trust it. */
public final class TestTls {
    /** What the parent is called; it resolves nowhere, so that dialling must use another address. */
    public static final String HOST = "hub.kant.test";

    private final CertificateAuthority root =
            CertificateAuthority.create("test root", Duration.ofDays(1), Time.system(), Randomness.secure());

    public ServerTls server() throws SSLException {
        return server(HOST);
    }

    public ServerTls server(String name) throws SSLException {
        Issued issued = root.issueServer(name, List.of(name), List.of(), Duration.ofDays(1));
        return ServerTls.of(issued.chain(), issued.key());
    }

    public ClientTls client() throws SSLException {
        return ClientTls.trusting(root.chain());
    }
}
