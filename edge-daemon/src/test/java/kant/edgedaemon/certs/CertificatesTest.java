package kant.edgedaemon.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kant.daemonapi.workload.IssuedCertificate;
import kant.edgedaemon.MovableTime;
import kant.edgedaemon.config.DaemonConfig.EdgeCa;
import kant.edgedaemon.disk.PrivateFiles;
import kant.model.error.RefusedException;
import kant.protocol.tls.Pem;
import kant.world.FileDisk;
import kant.world.Randomness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
    private static final EdgeCa QUICKSTART = new EdgeCa(null, null, 90, "");

    @TempDir
    Path folder;

    private final MovableTime time = new MovableTime(Instant.parse("2026-11-25T00:00:00Z"));
    private DeviceCa ca;
    private ModuleCertificates certificates;

    @BeforeEach
    void open() throws IOException {
        ca = openCa();
        certificates = new ModuleCertificates(ca, time);
    }

    @Test
    void the_ca_is_made_once_and_found_again() throws Exception {
        assertThat(openCa().pem()).isEqualTo(ca.pem());
        X509Certificate own = ca.authority().chain().getFirst();
        assertThat(own.getSubjectX500Principal().getName()).isEqualTo("CN=aziot-edge CA gw-01");
        assertThat(own.getBasicConstraints()).isNotNegative();
    }

    @Test
    void a_server_certificate_has_its_names_its_key_and_its_chain() throws Exception {
        IssuedCertificate issued =
                certificates.server("$edgeHub", "gw.local", time.now().plus(Duration.ofDays(7)));

        List<X509Certificate> chain = Pem.certificates(issued.certificatePem());
        X509Certificate leaf = chain.getFirst();
        assertThat(chain).hasSize(2);
        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=gw.local");
        assertThat(leaf.getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(List.of(2, "gw.local"), List.of(2, "edgeHub"));
        assertThat(leaf.getExtendedKeyUsage()).contains("1.3.6.1.5.5.7.3.1");
        assertThat(issued.expiration()).isEqualTo(time.now().plus(Duration.ofDays(7)));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(Pem.privateKey(issued.privateKeyPem()));
        byte[] proof = signature.sign();
        signature.initVerify(leaf);
        assertThat(signature.verify(proof)).isTrue();
    }

    @Test
    void an_address_as_common_name_becomes_an_address_name() throws Exception {
        IssuedCertificate issued = certificates.server("m", "10.0.0.5", null);

        assertThat(Pem.certificates(issued.certificatePem()).getFirst().getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(List.of(7, "10.0.0.5"), List.of(2, "m"));
    }

    @Test
    void no_certificate_outlives_the_ca_and_serial_numbers_differ() throws Exception {
        IssuedCertificate one = certificates.server("m", "gw.local", Instant.parse("2099-01-01T00:00:00Z"));
        IssuedCertificate two = certificates.server("m", "gw.local", null);

        assertThat(one.expiration())
                .isEqualTo(ca.authority().chain().getFirst().getNotAfter().toInstant());
        assertThat(two.expiration()).isEqualTo(time.now().plus(Duration.ofDays(30)));
        assertThat(Pem.certificates(one.certificatePem()).getFirst().getSerialNumber())
                .isNotEqualTo(Pem.certificates(two.certificatePem()).getFirst().getSerialNumber());
    }

    @Test
    void an_identity_certificate_is_for_clients() throws Exception {
        X509Certificate leaf = Pem.certificates(
                        certificates.identity("$edgeHub", null).certificatePem())
                .getFirst();

        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=$edgeHub");
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    }

    @Test
    void openssl_accepts_the_chain_under_its_strict_rules() throws Exception {
        time.set(Instant.now());
        var fresh = new ModuleCertificates(
                DeviceCa.open(QUICKSTART, "gw-01", files("fresh"), time, Randomness.secure()), time);
        String chain = fresh.server("$edgeHub", "gw.local", null).certificatePem();
        Path leaf = Files.writeString(folder.resolve("leaf.pem"), chain);
        String end = "-----END CERTIFICATE-----\n";
        Path root = Files.writeString(folder.resolve("root.pem"), chain.substring(chain.indexOf(end) + end.length()));

        Process openssl = new ProcessBuilder(
                        "openssl", "verify", "-x509_strict", "-CAfile", root.toString(), leaf.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(openssl.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said).endsWith(": OK\n");
    }

    @Test
    void names_that_cannot_be_common_names_are_refused() {
        assertThatThrownBy(() -> certificates.server("m", "x".repeat(65), null)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> certificates.server("m", " ", null)).isInstanceOf(RefusedException.class);
    }

    @Test
    void the_ca_is_renewed_when_most_of_its_life_is_over_and_not_before() throws IOException {
        String first = ca.pem();
        time.advance(Duration.ofDays(60));
        assertThat(ca.renewIfDue()).isFalse();

        time.advance(Duration.ofDays(15));

        assertThat(ca.renewIfDue()).isTrue();
        assertThat(ca.pem()).isNotEqualTo(first);
        assertThat(openCa().pem()).isEqualTo(ca.pem());
        assertThat(ca.renewIfDue()).isFalse();
    }

    @Test
    void a_preloaded_ca_is_used_and_never_renewed() throws IOException {
        Path certificate = Files.writeString(folder.resolve("given.pem"), ca.pem());
        Path key = Files.writeString(
                folder.resolve("given.key"), Pem.text(ca.authority().key()));
        var given = new EdgeCa(certificate, key, 90, "");

        DeviceCa preloaded = DeviceCa.open(given, "gw-01", files("other"), time, Randomness.secure());
        time.advance(Duration.ofDays(89));

        assertThat(preloaded.pem()).isEqualTo(ca.pem());
        assertThat(preloaded.renewIfDue()).isFalse();
    }

    @Test
    void the_trust_bundle_is_the_ca_then_the_operators_own() throws IOException {
        Path users = Files.writeString(folder.resolve("users.pem"), "-----BEGIN CERTIFICATE-----\nx\n");

        assertThat(TrustBundle.open(ca, users).pem()).isEqualTo(ca.pem() + "-----BEGIN CERTIFICATE-----\nx\n");
        assertThat(TrustBundle.open(ca, null).pem()).isEqualTo(ca.pem());
    }

    private DeviceCa openCa() throws IOException {
        return DeviceCa.open(QUICKSTART, "gw-01", files("certs"), time, Randomness.secure());
    }

    private PrivateFiles files(String name) throws IOException {
        return new PrivateFiles(new FileDisk(folder.resolve(name)));
    }
}
