package kant.protocol.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** OpenSSL's older forms of private keys as PKCS#8; apart from {@link Pem}, so that most programs never load an ASN.1 library. */
final class OlderKeys {
    private OlderKeys() {}

    /** SEC 1 (RFC 5915). */
    static byte[] ec(byte[] sec1) throws GeneralSecurityException {
        ECPrivateKey key = ECPrivateKey.getInstance(sec1);
        return encoded(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
    }

    /** PKCS#1 (RFC 8017). */
    static byte[] rsa(byte[] pkcs1) throws GeneralSecurityException {
        var algorithm = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        return encoded(algorithm, RSAPrivateKey.getInstance(pkcs1));
    }

    private static byte[] encoded(AlgorithmIdentifier algorithm, ASN1Encodable key) throws GeneralSecurityException {
        try {
            return new PrivateKeyInfo(algorithm, key).getEncoded();
        } catch (IOException e) {
            throw new GeneralSecurityException("the private key cannot be rewritten as PKCS#8", e);
        }
    }
}
