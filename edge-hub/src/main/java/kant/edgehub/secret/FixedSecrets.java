package kant.edgehub.secret;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import kant.protocol.tls.Issued;
import kant.protocol.tls.Pem;
import kant.upstream.TokenSource;
import kant.world.Time;

/** Secrets given at start, for development without a daemon. */
public final class FixedSecrets implements HubSecrets {
    private final TokenSource tokens;
    private final List<X509Certificate> trusted;
    private final Issued server;

    /** @param trusted empty for the system's roots */
    public FixedSecrets(TokenSource tokens, List<X509Certificate> trusted, Issued server) {
        this.tokens = tokens;
        this.trusted = List.copyOf(trusted);
        this.server = server;
    }

    /** Reads PEM texts. */
    public static FixedSecrets read(
            String base64Key, String trustedPem, String certificatePem, String privateKeyPem, Time time)
            throws IOException {
        try {
            return new FixedSecrets(
                    TokenSource.ofKey(base64Key, time),
                    trustedPem.isEmpty() ? List.of() : Pem.certificates(trustedPem),
                    new Issued(Pem.certificates(certificatePem), Pem.privateKey(privateKeyPem)));
        } catch (GeneralSecurityException e) {
            throw new IOException("a certificate or key file is not readable as PEM: " + e.getMessage(), e);
        }
    }

    @Override
    public TokenSource tokens() {
        return tokens;
    }

    @Override
    public List<X509Certificate> trusted() {
        return trusted;
    }

    @Override
    public Issued serverCertificate() {
        return server;
    }
}
