package kant.protocol.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** Whether a private key and a certificate are a pair. */
final class KeyPairs {
    private static final byte[] PROBE = "kant".getBytes(StandardCharsets.US_ASCII);

    private KeyPairs() {}

    /** @throws SSLException where the key is not that of the chain's first certificate */
    static void check(List<X509Certificate> chain, PrivateKey key) throws SSLException {
        if (chain.isEmpty()) {
            throw new SSLException("there is no certificate to serve");
        }
        X509Certificate leaf = chain.getFirst();
        try {
            if (isPair(leaf, key)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new SSLException("the private key does not fit the certificate " + leaf.getSubjectX500Principal(), e);
        }
        throw new SSLException("the private key is not that of the certificate " + leaf.getSubjectX500Principal());
    }

    private static boolean isPair(X509Certificate leaf, PrivateKey key) throws GeneralSecurityException {
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(PROBE);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(leaf.getPublicKey());
        verifier.update(PROBE);
        return verifier.verify(signature);
    }
}
