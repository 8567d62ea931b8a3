package kant.edgedaemon.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;

/** A public key whose signatures count: EC (ECDSA), RSA (PKCS #1) with SHA-256, or Ed25519, as openssl makes them. */
public final class TrustedKey {
    private static final Map<String, String> ALGORITHMS =
            Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA", "Ed25519", "Ed25519");
    private static final int MAX_BYTES = 64 * 1024;

    private final PublicKey key;
    private final String algorithm;

    private TrustedKey(PublicKey key, String algorithm) {
        this.key = key;
        this.algorithm = algorithm;
    }

    /**
     * Reads a PEM file with {@code BEGIN PUBLIC KEY}.
     *
     * @throws IOException where there is none in it; the message says what to do
     */
    public static TrustedKey read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("\"" + file + "\" is too large for a key");
        }
        String pem = Files.readString(file, StandardCharsets.US_ASCII);
        int begin = pem.indexOf("-----BEGIN PUBLIC KEY-----");
        int end = pem.indexOf("-----END PUBLIC KEY-----");
        if (begin < 0 || end < begin) {
            throw new IOException("\"" + file + "\" has no public key in PEM form; make it with"
                    + " \"openssl pkey -in private.pem -pubout\"");
        }
        String base64 = pem.substring(pem.indexOf('\n', begin), end);
        try {
            return of(new X509EncodedKeySpec(Base64.getMimeDecoder().decode(base64)), file);
        } catch (IllegalArgumentException e) {
            throw new IOException("\"" + file + "\" is damaged: " + e.getMessage(), e);
        }
    }

    private static TrustedKey of(X509EncodedKeySpec spec, Path file) throws IOException {
        for (Map.Entry<String, String> kind : ALGORITHMS.entrySet()) {
            try {
                return new TrustedKey(KeyFactory.getInstance(kind.getKey()).generatePublic(spec), kind.getValue());
            } catch (InvalidKeySpecException _) {
                // of another kind
            } catch (GeneralSecurityException e) {
                throw new IOException("\"" + file + "\" cannot be used: " + e.getMessage(), e);
            }
        }
        throw new IOException("\"" + file + "\" is neither an EC, an RSA nor an Ed25519 key");
    }

    /** Whether the signature is this key's, of this text. */
    boolean signed(String text, byte[] signature) {
        try {
            Signature check = Signature.getInstance(algorithm);
            check.initVerify(key);
            check.update(text.getBytes(StandardCharsets.UTF_8));
            return check.verify(signature);
        } catch (SignatureException _) {
            return false; // not of the form that this kind of key makes
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was read can be used", e);
        }
    }
}
