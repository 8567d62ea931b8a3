package kant.iothub;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.Issued;
import kant.protocol.tls.Pem;
import kant.world.Randomness;
import kant.world.Time;

/**
 * The hub's own authority and server certificate, made at the first start and kept. A server certificate that is for another
 * name or address, or soon runs out, is made anew; the authority stays, for clients have been told to trust it.
 */
final class HubCertificates {
    static final String CA_FILE = "ca.pem";

    private static final String CA_KEY_FILE = "ca-key.pem";
    private static final String SERVER_FILE = "server.pem";
    private static final String SERVER_KEY_FILE = "server-key.pem";
    private static final Duration CA_VALIDITY = Duration.ofDays(3650);
    private static final Duration SERVER_VALIDITY = Duration.ofDays(365);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final DataDirectory directory;
    private final Time time;
    private final Randomness randomness;

    HubCertificates(DataDirectory directory, Time time, Randomness randomness) {
        this.directory = directory;
        this.time = time;
        this.randomness = randomness;
    }

    /** The server's certificate for a host name, everything below it, and an IP address. */
    Issued server(String name, String address) throws IOException {
        try {
            CertificateAuthority authority = authority();
            Optional<Issued> kept = kept(SERVER_FILE, SERVER_KEY_FILE).filter(issued -> serves(issued, name, address));
            return kept.isPresent() ? kept.get() : issue(authority, name, address);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "the certificates in " + directory.path() + " cannot be used: " + e.getMessage()
                            + "; put back what was there, or remove ca*.pem and server*.pem to have new ones made",
                    e);
        }
    }

    private CertificateAuthority authority() throws IOException, GeneralSecurityException {
        Optional<Issued> kept = kept(CA_FILE, CA_KEY_FILE);
        if (kept.isPresent()) {
            return CertificateAuthority.of(kept.get().chain(), kept.get().key(), time, randomness);
        }
        var authority = CertificateAuthority.create("Kant IoT Hub stand-in CA", CA_VALIDITY, time, randomness);
        keep(CA_FILE, CA_KEY_FILE, new Issued(authority.chain(), authority.key()));
        return authority;
    }

    private Issued issue(CertificateAuthority authority, String name, String address)
            throws IOException, GeneralSecurityException {
        Issued issued = authority.issueServer(name, List.of(name, "*." + name), List.of(address), SERVER_VALIDITY);
        keep(SERVER_FILE, SERVER_KEY_FILE, issued);
        return issued;
    }

    private boolean serves(Issued issued, String name, String address) {
        X509Certificate certificate = issued.chain().getFirst();
        Instant renewal = certificate.getNotAfter().toInstant().minus(RENEW_BEFORE);
        try {
            List<Object> names = certificate.getSubjectAlternativeNames() == null
                    ? List.of()
                    : certificate.getSubjectAlternativeNames().stream()
                            .<Object>map(entry -> entry.get(1))
                            .toList();
            return renewal.isAfter(time.now()) && names.containsAll(List.of(name, "*." + name, address));
        } catch (GeneralSecurityException _) {
            return false; // a certificate whose names cannot be read serves nobody
        }
    }

    /** Key first: a certificate on disk always has its key beside it. */
    private void keep(String file, String keyFile, Issued issued) throws IOException, GeneralSecurityException {
        directory.write(keyFile, Pem.text(issued.key()));
        directory.write(file, Pem.text(issued.chain()));
    }

    private Optional<Issued> kept(String file, String keyFile) throws IOException, GeneralSecurityException {
        Optional<String> chain = directory.read(file);
        Optional<String> key = directory.read(keyFile);
        return chain.isEmpty() || key.isEmpty()
                ? Optional.empty()
                : Optional.of(new Issued(Pem.certificates(chain.get()), Pem.privateKey(key.get())));
    }
}
