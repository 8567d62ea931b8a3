package kant.protocol.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys as PEM text (RFC 7468), both ways. */
public final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    /** All certificates of a text, in order; an empty list where there is none. */
    public static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
        var factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> found = new ArrayList<>();
        for (Matcher block = BLOCK.matcher(text); block.find(); ) {
            if (block.group(1).equals("CERTIFICATE")) {
                found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes(block))));
            }
        }
        return List.copyOf(found);
    }

    /** The first private key of a text: PKCS#8, or the older EC and RSA forms; not encrypted ones. */
    public static PrivateKey privateKey(String text) throws GeneralSecurityException {
        for (Matcher block = BLOCK.matcher(text); block.find(); ) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return key(bytes(block));
                }
                case "EC PRIVATE KEY" -> {
                    return key(OlderKeys.ec(bytes(block)));
                }
                case "RSA PRIVATE KEY" -> {
                    return key(OlderKeys.rsa(bytes(block)));
                }
                default -> {
                    // a certificate or parameters beside the key
                }
            }
        }
        throw new InvalidKeySpecException(
                "no private key in the PEM text: expected \"-----BEGIN PRIVATE KEY-----\" (not encrypted)");
    }

    /** Certificates as text, in order. */
    public static String text(List<X509Certificate> chain) throws GeneralSecurityException {
        var text = new StringBuilder();
        for (X509Certificate certificate : chain) {
            append(text, "CERTIFICATE", certificate.getEncoded());
        }
        return text.toString();
    }

    /** One certificate as text. */
    public static String text(X509Certificate certificate) throws GeneralSecurityException {
        return text(List.of(certificate));
    }

    /** A private key as PKCS#8 text. */
    public static String text(PrivateKey key) {
        var text = new StringBuilder();
        append(text, "PRIVATE KEY", key.getEncoded());
        return text.toString();
    }

    private static void append(StringBuilder text, String label, byte[] der) {
        text.append("-----BEGIN ").append(label).append("-----\n");
        text.append(LINES.encodeToString(der));
        text.append("\n-----END ").append(label).append("-----\n");
    }

    private static byte[] bytes(Matcher block) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(block.group(2).getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the PEM block \"" + block.group(1) + "\" is not base64", e);
        }
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        var spec = new PKCS8EncodedKeySpec(pkcs8);
        try {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        } catch (InvalidKeySpecException notEc) {
            try {
                return KeyFactory.getInstance("RSA").generatePrivate(spec);
            } catch (InvalidKeySpecException notRsa) {
                notRsa.addSuppressed(notEc);
                throw new InvalidKeySpecException(
                        "the private key in the PEM text is neither an EC nor an RSA key", notRsa);
            }
        }
    }
}
