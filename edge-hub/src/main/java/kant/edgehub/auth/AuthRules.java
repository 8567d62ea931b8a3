package kant.edgehub.auth;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the settings say about who may come in.
 *
 * @param hosts the names a token's audience may begin with: the IoT hub's and this gateway's
 * @param certificates whether a client certificate is taken ({@code ClientCertAuthEnabled})
 * @param roots the authorities whose certificates are taken: the trust bundle, as it is now; must not block
 */
public record AuthRules(List<String> hosts, boolean certificates, Supplier<List<X509Certificate>> roots) {
    public AuthRules {
        hosts = List.copyOf(hosts);
    }
}
