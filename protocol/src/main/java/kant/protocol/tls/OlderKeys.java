package kant.protocol.tls;

import java.security.GeneralSecurityException;

/** OpenSSL's older forms of private keys as PKCS#8. */
final class OlderKeys {
    private static final byte[] EC = Der.oid("1.2.840.10045.2.1");
    private static final byte[] RSA = Der.oid("1.2.840.113549.1.1.1");
    /** Tag of the curve in a SEC 1 key: {@code [0] EXPLICIT}. */
    private static final byte CURVE = (byte) 0xa0;

    private OlderKeys() {}

    /** SEC 1 (RFC 5915), which has to name its curve. */
    static byte[] ec(byte[] sec1) throws GeneralSecurityException {
        for (byte[] part : Der.parts(sec1)) {
            if (part[0] == CURVE) {
                return pkcs8(Der.sequence(EC, Der.content(part)), sec1);
            }
        }
        throw new GeneralSecurityException("the private key names no curve");
    }

    /** PKCS#1 (RFC 8017). */
    static byte[] rsa(byte[] pkcs1) {
        return pkcs8(Der.sequence(RSA, Der.NULL), pkcs1);
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return Der.sequence(Der.integer(0), algorithm, Der.octets(key));
    }
}
