package kant.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLException;
import kant.world.Randomness;
import kant.world.Time;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private static final Duration YEAR = Duration.ofDays(365);
    private final CertificateAuthority root =
            CertificateAuthority.create("Test \"root\", CN=x", YEAR, Time.system(), Randomness.secure());

    @Test
    void a_servers_certificate_chains_to_the_root_and_names_what_clients_dial() throws Exception {
        CertificateAuthority device = root.issueCa("device ca", YEAR);

        Issued issued = device.issueServer(
                "edge.kant.test", List.of("edge.kant.test", "*.edge.kant.test"), List.of("127.0.0.1", "::1"), YEAR);

        assertThat(issued.chain()).hasSize(3);
        assertThat(issued.chain().getLast()).isEqualTo(root.chain().getFirst());
        for (int i = 0; i < 2; i++) {
            issued.chain().get(i).verify(issued.chain().get(i + 1).getPublicKey());
        }
        X509Certificate leaf = issued.chain().getFirst();
        leaf.checkValidity();
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getSubjectAlternativeNames().toString())
                .contains("edge.kant.test", "*.edge.kant.test", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(issued.chain().get(1).getBasicConstraints()).isNotNegative();
    }

    @Test
    void certificates_are_as_another_library_would_write_them() throws Exception {
        Issued issued = root.issueServer("edge", List.of("edge"), List.of("10.1.2.3", "fe80::1"), YEAR);

        var read = new X509CertificateHolder(issued.chain().getFirst().getEncoded());
        var ids = new JcaX509ExtensionUtils();
        X509Certificate issuer = root.chain().getFirst();

        assertThat(read.getSubject().toString()).isEqualTo("CN=edge");
        assertThat(read.getIssuer().getEncoded())
                .isEqualTo(issuer.getSubjectX500Principal().getEncoded());
        assertThat(value(read, Extension.basicConstraints)).isEqualTo(new BasicConstraints(false).getEncoded());
        assertThat(value(read, Extension.keyUsage)).isEqualTo(new KeyUsage(KeyUsage.digitalSignature).getEncoded());
        assertThat(value(read, Extension.extendedKeyUsage))
                .isEqualTo(new ExtendedKeyUsage(
                                new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth})
                        .getEncoded());
        assertThat(value(read, Extension.subjectAlternativeName))
                .isEqualTo(new GeneralNames(new GeneralName[] {
                            new GeneralName(GeneralName.dNSName, "edge"),
                            new GeneralName(GeneralName.iPAddress, "10.1.2.3"),
                            new GeneralName(GeneralName.iPAddress, "fe80::1")
                        })
                        .getEncoded());
        assertThat(value(read, Extension.subjectKeyIdentifier))
                .isEqualTo(
                        ids.createSubjectKeyIdentifier(issued.chain().getFirst().getPublicKey())
                                .getEncoded());
        assertThat(value(read, Extension.authorityKeyIdentifier))
                .isEqualTo(
                        ids.createAuthorityKeyIdentifier(issuer.getPublicKey()).getEncoded());
        var ofRoot = new X509CertificateHolder(issuer.getEncoded());
        assertThat(value(ofRoot, Extension.basicConstraints)).isEqualTo(new BasicConstraints(true).getEncoded());
        assertThat(value(ofRoot, Extension.keyUsage))
                .isEqualTo(
                        new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature).getEncoded());
        assertThat(ofRoot.getSubject().toString()).isEqualTo("CN=Test \\\"root\\\"\\, CN\\=x");
    }

    private static byte[] value(X509CertificateHolder certificate, ASN1ObjectIdentifier extension) throws Exception {
        return certificate
                .getExtension(extension)
                .getParsedValue()
                .toASN1Primitive()
                .getEncoded();
    }

    @Test
    void an_rsa_authority_issues_too_and_far_years_have_four_digits() throws Exception {
        var rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        Duration century = Duration.ofDays(36_500);
        var name = new X500Name("CN=operator, O=Example");
        var now = new Date();
        var certificate = new JcaX509v3CertificateBuilder(
                        name, BigInteger.ONE, now, Date.from(now.toInstant().plus(century)), name, rsa.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withRSA").build(rsa.getPrivate()));
        X509Certificate own = new JcaX509CertificateConverter().getCertificate(certificate);
        var operator = CertificateAuthority.of(List.of(own), rsa.getPrivate(), Time.system(), Randomness.secure());

        X509Certificate issued =
                operator.issueClient("dev1", century.multipliedBy(2)).chain().getFirst();

        issued.verify(rsa.getPublic());
        assertThat(issued.getIssuerX500Principal()).isEqualTo(own.getSubjectX500Principal());
        assertThat(issued.getNotAfter()).isEqualTo(own.getNotAfter());
    }

    @Test
    void what_is_not_der_is_refused() {
        for (String hex : List.of("30", "3002", "308400000001", "30850000000001", "3080", "300201", "30020101ff")) {
            assertThatThrownBy(() -> Der.parts(HexFormat.of().parseHex(hex)))
                    .as(hex)
                    .isInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void nothing_outlives_its_issuer() {
        Issued issued = root.issueClient("dev1", YEAR.multipliedBy(5));

        assertThat(issued.chain().getFirst().getNotAfter())
                .isEqualTo(root.chain().getFirst().getNotAfter());
    }

    @Test
    void pem_is_read_as_it_was_written() throws Exception {
        Issued issued = root.issueClient("dev1", YEAR);

        assertThat(Pem.certificates("noise\n" + Pem.text(issued.chain()) + "noise"))
                .isEqualTo(issued.chain());
        assertThat(Pem.privateKey(Pem.text(issued.chain()) + Pem.text(issued.key())))
                .isEqualTo(issued.key());
        var reopened = CertificateAuthority.of(
                Pem.certificates(Pem.text(root.chain())),
                Pem.privateKey(Pem.text(root.key())),
                Time.system(),
                Randomness.secure());
        reopened.issueClient("dev2", YEAR)
                .chain()
                .getFirst()
                .verify(root.chain().getFirst().getPublicKey());
    }

    @Test
    void the_older_forms_of_private_keys_are_read() throws Exception {
        var scalar = ((java.security.interfaces.ECPrivateKey) root.key()).getS();
        // as openssl ecparam -genkey writes it, the curve's name inside
        byte[] sec1 = new org.bouncycastle.asn1.sec.ECPrivateKey(
                        256, scalar, org.bouncycastle.asn1.x9.X9ObjectIdentifiers.prime256v1)
                .getEncoded();
        String ec = """
                -----BEGIN EC PARAMETERS-----
                BggqhkjOPQMBBw==
                -----END EC PARAMETERS-----
                -----BEGIN EC PRIVATE KEY-----
                %s
                -----END EC PRIVATE KEY-----
                """;

        PrivateKey read =
                Pem.privateKey(ec.formatted(java.util.Base64.getEncoder().encodeToString(sec1)));

        assertThat(((java.security.interfaces.ECPrivateKey) read).getS()).isEqualTo(scalar);
        var rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        byte[] pkcs1 = org.bouncycastle.asn1.pkcs.PrivateKeyInfo.getInstance(rsa.getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        assertThat(Pem.privateKey("-----BEGIN RSA PRIVATE KEY-----\n"
                        + java.util.Base64.getEncoder().encodeToString(pkcs1)
                        + "\n-----END RSA PRIVATE KEY-----"))
                .isEqualTo(rsa);
    }

    @Test
    void text_without_a_key_is_refused_with_what_was_expected() {
        assertThatThrownBy(() -> Pem.privateKey("nothing"))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("-----BEGIN PRIVATE KEY-----");
        assertThatThrownBy(() -> Pem.certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void a_key_of_another_certificate_is_refused() {
        Issued one = root.issueServer("a", List.of("a"), List.of(), YEAR);
        Issued other = root.issueServer("b", List.of("b"), List.of(), YEAR);

        assertThatThrownBy(() -> ServerTls.of(one.chain(), other.key())).isInstanceOf(SSLException.class);
    }

    @Test
    void no_secret_is_in_a_text_form() {
        assertThat(root.issueClient("dev1", YEAR).toString())
                .contains("CN=dev1")
                .contains("<redacted>");
    }
}
