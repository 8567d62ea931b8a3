package kant.edgedaemon.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures made by openssl, as docs/formats.md tells users to make them. */
@Timeout(60)
class SignaturePolicyTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);
    private static final String IMAGE = "registry.test:5000/team/app:1.2";
    private static final String SIGNED = "registry.test:5000/team/app@" + DIGEST;
    private static final String EC = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {EC, "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"})
    void a_signature_of_a_trusted_key_lets_the_image_run(String generation) throws Exception {
        TrustedKey key = key("a", generation);
        SignaturePolicy policy = policy("registry.test:5000/team/*", key);

        assertThat(policy.objection(IMAGE, List.of("sha256:other", DIGEST), sign("a", SIGNED)))
                .isEmpty();
    }

    @Test
    void an_ed25519_key_does_as_well() throws Exception {
        TrustedKey key = key("e", "genpkey -algorithm ed25519");
        Files.writeString(folder.resolve("text"), SIGNED);
        openssl("pkeyutl -sign -rawin -inkey e.pem -in text -out sig");

        assertThat(policy("*", key).objection(IMAGE, List.of(DIGEST), base64("sig")))
                .isEmpty();
    }

    @Test
    void any_other_signature_does_not() throws Exception {
        TrustedKey trusted = key("a", EC);
        key("b", EC);
        SignaturePolicy policy = policy("registry.test:5000/team/*", trusted);
        List<String> digests = List.of(DIGEST);

        assertThat(policy.objection(IMAGE, digests, null).orElseThrow()).contains("wants a signature");
        assertThat(policy.objection(IMAGE, digests, "%%%").orElseThrow()).contains("of no key");
        assertThat(policy.objection(IMAGE, digests, sign("b", SIGNED)).orElseThrow())
                .contains("of no key");
        assertThat(policy.objection(IMAGE, List.of("sha256:" + "cd".repeat(32)), sign("a", SIGNED)))
                .isPresent();
        assertThat(policy.objection("registry.test:5000/team/other:1", digests, sign("a", SIGNED)))
                .isPresent();
    }

    @Test
    void where_there_are_rules_an_image_that_none_fits_is_refused() {
        var policy = new SignaturePolicy(List.of(new SignaturePolicy.Rule("kant/*", List.of())));

        assertThat(policy.objection("kant/edge-hub:0.1.0", List.of(DIGEST), null))
                .isEmpty();
        assertThat(policy.objection("kantx/edge-hub:0.1.0", List.of(DIGEST), null)
                        .orElseThrow())
                .contains("no pattern of [[kant.image_policy]] fits \"kantx/edge-hub\"");
        assertThat(SignaturePolicy.NONE.objection("anything", List.of(), null)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "app, app",
        "app:1, app",
        "host:5000/app, host:5000/app",
        "host:5000/app:1, host:5000/app",
        "host/app@sha256:00, host/app",
        "host/app:1@sha256:00, host/app"
    })
    void a_name_has_neither_tag_nor_digest(String image, String name) {
        assertThat(SignaturePolicy.name(image)).isEqualTo(name);
    }

    @Test
    void what_is_no_public_key_is_refused_with_the_remedy() throws Exception {
        key("a", EC);

        assertThatThrownBy(() -> TrustedKey.read(folder.resolve("a.pem"))).hasMessageContaining("openssl pkey");
    }

    private static SignaturePolicy policy(String pattern, TrustedKey key) {
        return new SignaturePolicy(List.of(new SignaturePolicy.Rule(pattern, List.of(key))));
    }

    private TrustedKey key(String name, String generation) throws Exception {
        openssl(generation + " -out " + name + ".pem");
        openssl("pkey -in " + name + ".pem -pubout -out " + name + ".pub");
        return TrustedKey.read(folder.resolve(name + ".pub"));
    }

    private String sign(String name, String text) throws Exception {
        Files.writeString(folder.resolve("text"), text);
        openssl("dgst -sha256 -sign " + name + ".pem -out sig text");
        return base64("sig");
    }

    private String base64(String file) throws IOException {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve(file)));
    }

    private void openssl(String arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(("openssl " + arguments).split(" ")))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }
}
