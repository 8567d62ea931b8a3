package kant.edgedaemon.certs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import kant.edgedaemon.config.DaemonConfig.EdgeCa;
import kant.edgedaemon.disk.PrivateFiles;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.Pem;
import kant.world.Randomness;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/**
 * The CA under which the hub's and the modules' certificates stand: a preloaded one, which is never renewed, or one that signs
 * itself, kept with its key in one private file so that the two always match.
 */
public final class DeviceCa {
    private static final String FILE = "device-ca.pem";
    private static final int COMMON_NAME_CHARACTERS = 64;
    /** Renewed when this part of its life is over, as the original does by default. */
    private static final double RENEW_AT = 0.8;

    private final @Nullable PrivateFiles files;
    private final String commonName;
    private final Duration validity;
    private final Time time;
    private final Randomness randomness;
    private volatile CertificateAuthority current;

    private DeviceCa(
            @Nullable PrivateFiles files,
            String commonName,
            Duration validity,
            Time time,
            Randomness randomness,
            CertificateAuthority current) {
        this.files = files;
        this.commonName = commonName;
        this.validity = validity;
        this.time = time;
        this.randomness = randomness;
        this.current = current;
    }

    /** Loads the CA, or makes one. */
    public static DeviceCa open(EdgeCa config, String deviceId, PrivateFiles files, Time time, Randomness randomness)
            throws IOException {
        String name = config.commonName().isEmpty() ? "aziot-edge CA " + deviceId : config.commonName();
        String commonName = name.substring(0, Math.min(name.length(), COMMON_NAME_CHARACTERS));
        Duration validity = Duration.ofDays(config.expiryDays());
        if (config.certificate() != null && config.key() != null) {
            CertificateAuthority given = preloaded(config.certificate(), config.key(), time, randomness);
            return new DeviceCa(null, commonName, validity, time, randomness, given);
        }
        Optional<byte[]> stored = files.read(FILE);
        if (stored.isPresent()) {
            String pem = new String(stored.get(), StandardCharsets.US_ASCII);
            CertificateAuthority loaded = load(FILE, pem, pem, time, randomness);
            return new DeviceCa(files, commonName, validity, time, randomness, loaded);
        }
        var ca = new DeviceCa(
                files,
                commonName,
                validity,
                time,
                randomness,
                CertificateAuthority.create(commonName, validity, time, randomness));
        ca.save(files, ca.current);
        return ca;
    }

    /** What issues now. */
    public CertificateAuthority authority() {
        return current;
    }

    /** Its certificates as PEM. */
    public String pem() {
        return text(current.chain());
    }

    /** Makes a new one, with a new key, if the present one is due; whether it did. */
    public synchronized boolean renewIfDue() throws IOException {
        if (files == null || time.now().isBefore(due(current.chain().getFirst()))) {
            return false;
        }
        CertificateAuthority fresh = CertificateAuthority.create(commonName, validity, time, randomness);
        save(files, fresh);
        current = fresh;
        return true;
    }

    /** When a preloaded CA ends, or one of ours is renewed. */
    public Instant due() {
        X509Certificate certificate = current.chain().getFirst();
        return files == null ? certificate.getNotAfter().toInstant() : due(certificate);
    }

    private static Instant due(X509Certificate certificate) {
        Instant begins = certificate.getNotBefore().toInstant();
        Duration life = Duration.between(begins, certificate.getNotAfter().toInstant());
        return begins.plusMillis((long) (life.toMillis() * RENEW_AT));
    }

    private void save(PrivateFiles to, CertificateAuthority ca) throws IOException {
        to.write(FILE, (text(ca.chain()) + Pem.text(ca.key())).getBytes(StandardCharsets.US_ASCII));
    }

    private static CertificateAuthority preloaded(Path certificate, Path key, Time time, Randomness randomness)
            throws IOException {
        return load(certificate.toString(), Files.readString(certificate), Files.readString(key), time, randomness);
    }

    private static CertificateAuthority load(
            String file, String chainPem, String keyPem, Time time, Randomness randomness) throws IOException {
        try {
            List<X509Certificate> chain = Pem.certificates(chainPem);
            PrivateKey key = Pem.privateKey(keyPem);
            return CertificateAuthority.of(chain, key, time, randomness);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    "the device CA in \"" + file + "\" cannot be used: " + e.getMessage()
                            + "; put it back from a copy, or remove it: a new one is made and devices must trust that",
                    e);
        }
    }

    private static String text(List<X509Certificate> chain) {
        try {
            return Pem.text(chain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a parsed certificate can always be written", e);
        }
    }
}
