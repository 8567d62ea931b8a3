package kant.edgehub.secret;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kant.daemonapi.workload.IssuedCertificate;
import kant.daemonapi.workload.WorkloadClient;
import kant.model.auth.SasToken;
import kant.protocol.tls.Issued;
import kant.protocol.tls.Pem;
import kant.upstream.TokenSource;
import kant.world.Time;

/** Secrets from the daemon's workload API: the hub's key never leaves the daemon. */
public final class WorkloadSecrets implements HubSecrets {
    /** What the original asks for; the daemon may give less. */
    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(90);

    private final WorkloadClient workload;
    private final String commonName;
    private final Time time;

    /** @param commonName the name that clients dial */
    public WorkloadSecrets(WorkloadClient workload, String commonName, Time time) {
        this.workload = workload;
        this.commonName = commonName;
        this.time = time;
    }

    @Override
    public TokenSource tokens() {
        return audience -> {
            Instant expires = time.now().plus(TokenSource.LIFETIME);
            String resource = URLEncoder.encode(audience, StandardCharsets.UTF_8);
            String expiry = Long.toString(expires.getEpochSecond());
            byte[] signature = workload.sign((resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
            return SasToken.text(resource, signature, expiry);
        };
    }

    @Override
    public List<X509Certificate> trusted() throws IOException {
        try {
            return Pem.certificates(workload.trustBundle());
        } catch (GeneralSecurityException e) {
            throw new IOException("the daemon's trust bundle is not readable: " + e.getMessage(), e);
        }
    }

    @Override
    public Issued serverCertificate() throws IOException {
        IssuedCertificate issued =
                workload.createServerCertificate(commonName, time.now().plus(CERTIFICATE_LIFE));
        try {
            return new Issued(Pem.certificates(issued.certificatePem()), Pem.privateKey(issued.privateKeyPem()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the daemon's server certificate is not readable: " + e.getMessage(), e);
        }
    }
}
