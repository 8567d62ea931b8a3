package kant.protocol.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kant.protocol.tls.CertificateBytes.Purpose;
import kant.world.Randomness;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/**
 * Issues certificates on P-256 keys. Every certificate begins {@link #BACKDATED} in the past, for clients whose clocks are
 * behind, and ends no later than its issuer.
 */
public final class CertificateAuthority {
    private static final Duration BACKDATED = Duration.ofDays(1);
    private static final int SERIAL_BYTES = 16;

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final Time time;
    private final Randomness randomness;

    private CertificateAuthority(List<X509Certificate> chain, PrivateKey key, Time time, Randomness randomness) {
        this.chain = List.copyOf(chain);
        this.key = key;
        this.time = time;
        this.randomness = randomness;
    }

    /** A new root. */
    public static CertificateAuthority create(String commonName, Duration validity, Time time, Randomness randomness) {
        KeyPair pair = newKey(randomness);
        var request = new Request(commonName, pair.getPublic(), validity, Purpose.CA, List.of(), List.of());
        X509Certificate root = sign(request, null, pair.getPrivate(), time, randomness);
        return new CertificateAuthority(List.of(root), pair.getPrivate(), time, randomness);
    }

    /** One that was made before; the first of the chain is its own certificate. */
    public static CertificateAuthority of(
            List<X509Certificate> chain, PrivateKey key, Time time, Randomness randomness) {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a certificate authority needs its own certificate");
        }
        return new CertificateAuthority(chain, key, time, randomness);
    }

    /** Its own certificate first, then its issuers up to the root. */
    public List<X509Certificate> chain() {
        return chain;
    }

    public PrivateKey key() {
        return key;
    }

    /** A subordinate authority. */
    public CertificateAuthority issueCa(String commonName, Duration validity) {
        Issued issued = issue(commonName, validity, Purpose.CA, List.of(), List.of());
        return new CertificateAuthority(issued.chain(), issued.key(), time, randomness);
    }

    /**
     * A certificate for a server, usable as a client's too.
     *
     * @param dnsNames names that clients dial; {@code *.name} is allowed
     * @param ipAddresses literals that clients dial
     */
    public Issued issueServer(String commonName, List<String> dnsNames, List<String> ipAddresses, Duration validity) {
        return issue(commonName, validity, Purpose.SERVER, dnsNames, ipAddresses);
    }

    /** A certificate for a client alone, a device for example. */
    public Issued issueClient(String commonName, Duration validity) {
        return issue(commonName, validity, Purpose.CLIENT, List.of(), List.of());
    }

    private Issued issue(
            String commonName, Duration validity, Purpose purpose, List<String> dnsNames, List<String> ipAddresses) {
        KeyPair pair = newKey(randomness);
        var request = new Request(commonName, pair.getPublic(), validity, purpose, dnsNames, ipAddresses);
        List<X509Certificate> issued = new ArrayList<>();
        issued.add(sign(request, chain.getFirst(), key, time, randomness));
        issued.addAll(chain);
        return new Issued(issued, pair.getPrivate());
    }

    private record Request(
            String commonName,
            PublicKey key,
            Duration validity,
            Purpose purpose,
            List<String> dnsNames,
            List<String> ipAddresses) {}

    private static X509Certificate sign(
            Request request, @Nullable X509Certificate issuer, PrivateKey issuerKey, Time time, Randomness randomness) {
        try {
            boolean rsa = issuerKey.getAlgorithm().equals("RSA");
            byte[] algorithm = CertificateBytes.signatureAlgorithm(rsa);
            byte[] content = CertificateBytes.toBeSigned(content(request, issuer, time.now(), randomness), algorithm);
            Signature signer = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSA");
            signer.initSign(issuerKey, new WorldRandom(randomness));
            signer.update(content);
            byte[] certificate = CertificateBytes.signed(content, algorithm, signer.sign());
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no certificate could be made for \"" + request.commonName() + "\"", e);
        }
    }

    private static CertificateBytes.Content content(
            Request request, @Nullable X509Certificate issuer, Instant now, Randomness randomness) {
        byte[] subject = CertificateBytes.name(request.commonName());
        Instant ends = now.plus(request.validity());
        if (issuer != null && issuer.getNotAfter().toInstant().isBefore(ends)) {
            ends = issuer.getNotAfter().toInstant();
        }
        return new CertificateBytes.Content(
                new BigInteger(1, randomness.bytes(SERIAL_BYTES)).setBit(0),
                issuer == null ? subject : issuer.getSubjectX500Principal().getEncoded(),
                issuer == null ? request.key() : issuer.getPublicKey(),
                now.minus(BACKDATED),
                ends,
                subject,
                request.key(),
                request.purpose(),
                request.dnsNames(),
                request.ipAddresses());
    }

    private static KeyPair newKey(Randomness randomness) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), new WorldRandom(randomness));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256 keys", e);
        }
    }

    /** The world's randomness in the shape that the JDK's key generators take. */
    private static final class WorldRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final transient Randomness source;

        WorldRandom(Randomness source) {
            super(null, null);
            this.source = source;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            byte[] fresh = source.bytes(bytes.length);
            System.arraycopy(fresh, 0, bytes, 0, bytes.length);
        }

        @Override
        public byte[] generateSeed(int count) {
            return source.bytes(count);
        }

        @Override
        public String getAlgorithm() {
            return "world";
        }
    }
}
