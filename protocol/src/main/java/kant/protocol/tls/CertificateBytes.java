package kant.protocol.tls;

import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is signed of a certificate, and the certificate as a whole, in DER (RFC 5280, 4.1). Apart from {@link CertificateAuthority},
 * which decides what a certificate says; nothing here does.
 */
final class CertificateBytes {
    private static final int VERSION_3 = 2;
    private static final byte[] COMMON_NAME = Der.oid("2.5.4.3");
    private static final byte[] SERVER = Der.oid("1.3.6.1.5.5.7.3.1");
    private static final byte[] CLIENT = Der.oid("1.3.6.1.5.5.7.3.2");

    // KeyUsage, from the highest bit on: digitalSignature 0, keyCertSign 5, cRLSign 6
    private static final byte[] SIGNS_ALL = Der.bits(new byte[] {(byte) 0x86}, 1);
    private static final byte[] SIGNS_DATA = Der.bits(new byte[] {(byte) 0x80}, 7);

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private CertificateBytes() {}

    enum Purpose {
        CA,
        SERVER,
        CLIENT
    }

    /**
     * @param issuer its name, in DER
     * @param subject its name, in DER
     * @param dnsNames names it is for
     * @param ipAddresses literals it is for
     */
    record Content(
            BigInteger serial,
            byte[] issuer,
            PublicKey issuerKey,
            Instant begins,
            Instant ends,
            byte[] subject,
            PublicKey key,
            Purpose purpose,
            List<String> dnsNames,
            List<String> ipAddresses) {}

    /** The name that consists of this common name alone. */
    static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text(commonName))));
    }

    /** ECDSA or RSA, each with SHA-256. */
    static byte[] signatureAlgorithm(boolean rsa) {
        return rsa
                ? Der.sequence(Der.oid("1.2.840.113549.1.1.11"), Der.NULL)
                : Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    }

    /** What the issuer signs. */
    static byte[] toBeSigned(Content content, byte[] signatureAlgorithm) throws GeneralSecurityException {
        return Der.sequence(
                Der.explicit(0, Der.integer(VERSION_3)),
                Der.integer(content.serial()),
                signatureAlgorithm,
                content.issuer(),
                Der.sequence(Der.time(content.begins()), Der.time(content.ends())),
                content.subject(),
                content.key().getEncoded(),
                Der.explicit(3, extensions(content)));
    }

    static byte[] signed(byte[] toBeSigned, byte[] signatureAlgorithm, byte[] signature) {
        return Der.sequence(toBeSigned, signatureAlgorithm, Der.bits(signature, 0));
    }

    private static byte[] extensions(Content content) throws GeneralSecurityException {
        boolean ca = content.purpose() == Purpose.CA;
        List<byte[]> all = new ArrayList<>();
        all.add(extension("2.5.29.19", true, ca ? Der.sequence(Der.yes()) : Der.sequence()));
        all.add(extension("2.5.29.15", true, ca ? SIGNS_ALL : SIGNS_DATA));
        switch (content.purpose()) {
            case CA -> {
                // an authority is for any purpose
            }
            case SERVER -> all.add(extension("2.5.29.37", false, Der.sequence(SERVER, CLIENT)));
            case CLIENT -> all.add(extension("2.5.29.37", false, Der.sequence(CLIENT)));
        }
        List<byte[]> names = names(content);
        if (!names.isEmpty()) {
            all.add(extension("2.5.29.17", false, Der.sequence(names.toArray(byte[][]::new))));
        }
        all.add(extension("2.5.29.14", false, Der.octets(keyId(content.key()))));
        all.add(extension("2.5.29.35", false, Der.sequence(Der.implicit(0, keyId(content.issuerKey())))));
        return Der.sequence(all.toArray(byte[][]::new));
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.yes(), Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private static List<byte[]> names(Content content) {
        List<byte[]> names = new ArrayList<>();
        for (String name : content.dnsNames()) {
            names.add(Der.implicit(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII)));
        }
        for (String address : content.ipAddresses()) {
            // a literal only: ofLiteral never asks a name service
            names.add(Der.implicit(IP_ADDRESS, InetAddress.ofLiteral(address).getAddress()));
        }
        return names;
    }

    /** RFC 5280, 4.2.1.2, method 1: SHA-1 of the key's bits. */
    private static byte[] keyId(PublicKey key) throws GeneralSecurityException {
        byte[] bits = Der.content(Der.parts(key.getEncoded()).getLast());
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(bits, 1, bits.length - 1); // behind the number of unused bits
        return sha1.digest();
    }
}
