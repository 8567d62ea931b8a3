package kant.edgehub.secret;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import kant.protocol.tls.Issued;
import kant.upstream.TokenSource;

/** What the hub holds of its own; asked again whenever it is needed, so that the daemon may change it. */
public interface HubSecrets {

    /** Signs the hub's own tokens. */
    TokenSource tokens();

    /** The roots that the parent's certificate must lead to; empty for the system's. */
    List<X509Certificate> trusted() throws IOException;

    /** A server certificate for the name that clients dial, new where the source makes one. */
    Issued serverCertificate() throws IOException;
}
