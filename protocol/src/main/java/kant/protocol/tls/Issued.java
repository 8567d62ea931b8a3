package kant.protocol.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate with its key.
 *
 * @param chain leaf first, then its issuers up to the root
 * @param key the leaf's private key; never in a log
 */
public record Issued(List<X509Certificate> chain, PrivateKey key) {
    public Issued {
        chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
        return "Issued[" + chain.getFirst().getSubjectX500Principal() + ", key=<redacted>]";
    }
}
