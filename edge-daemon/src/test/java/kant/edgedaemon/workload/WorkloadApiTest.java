package kant.edgedaemon.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import kant.daemonapi.ApiVersion;
import kant.daemonapi.unix.ApiException;
import kant.daemonapi.unix.UnixReply;
import kant.daemonapi.unix.UnixRequest;
import kant.daemonapi.workload.WorkloadClient;
import kant.edgedaemon.api.ApiFixture;
import kant.edgedaemon.engine.EngineException;
import kant.protocol.tls.Pem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Numbers are those of the checklist in reference/daemon.md §10. This process plays the modules whose names it owns. */
@Timeout(60)
class WorkloadApiTest {
    private static final String V = ApiFixture.VERSION;
    private static final String SIGN = "/modules/a/genid/1/sign?" + V;
    private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private ApiFixture api;

    @BeforeEach
    void start() throws IOException {
        api = new ApiFixture(folder);
        api.engine.owning.add("a");
        api.sockets.open("a");
        api.sockets.open("b");
        api.identities.create("a", "IotEdge");
        api.identities.create("b", "IotEdge");
        api.identities.create("$edgeHub", "IotEdge");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void number_1_the_version_is_asked_for_and_checked() throws IOException {
        assertThat(message(400, api.call("a", "GET", "/trust-bundle"))).isEqualTo("api-version not specified");
        assertThat(message(400, api.call("a", "GET", "/trust-bundle?api-version=2017-01-01")))
                .isEqualTo("invalid api-version \"2017-01-01\"");
        for (ApiVersion version : ApiVersion.values()) {
            assertThat(api.call("a", "GET", "/trust-bundle?api-version=" + version.text())
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void number_2_unknown_paths_and_methods() throws IOException {
        assertThat(message(404, api.call("a", "GET", "/nope?" + V))).isEqualTo("not found");
        assertThat(message(400, api.call("a", "DELETE", "/trust-bundle?" + V))).isEqualTo("method not allowed");
    }

    @Test
    void number_3_content_types() throws IOException {
        String body = "{\"keyId\":\"primary\",\"algo\":\"HMACSHA256\",\"data\":\"ZGF0YQ\\u003d\\u003d\"}";

        assertThat(message(400, api.call("a", post(SIGN, "text/plain", body)))).isEqualTo("missing request body");
        assertThat(api.call("a", post(SIGN, "", body)).status()).isEqualTo(200);
        assertThat(api.call("a", post(SIGN, "application/json; charset=utf-8", body))
                        .status())
                .isEqualTo(200);
        assertThat(api.call("a", post(SIGN, "application/json", "{oops")).status())
                .isEqualTo(422);
    }

    @Test
    void number_8_a_module_may_not_speak_for_another_on_any_socket() throws IOException {
        String asB = "/modules/b/genid/1/sign?" + V;

        assertThat(message(403, api.call("a", post(asB, "", "{\"data\":\"\"}"))))
                .isEqualTo("forbidden");
        assertThat(api.call("workload", post(asB, "", "{\"data\":\"\"}")).status())
                .isEqualTo(403);
        assertThat(api.call("b", post(asB, "", "{\"data\":\"\"}")).status()).isEqualTo(403);
        assertThat(api.call("b", post(SIGN, "", "{\"data\":\"\"}")).status()).isEqualTo(403);
        assertThat(api.call("a", post("/modules/b/genid/1/encrypt?" + V, "", "{}"))
                        .status())
                .isEqualTo(403);
        assertThat(api.call("a", post("/modules/b/certificate/identity?" + V, "", ""))
                        .status())
                .isEqualTo(403);
        assertThat(api.call("workload", post(SIGN, "", "{\"data\":\"\"}")).status())
                .isEqualTo(200);
    }

    @Test
    void number_9_a_process_of_no_module_reads_the_trust_bundle_and_nothing_else() throws IOException {
        api.engine.owning.clear();

        assertThat(api.call("a", post(SIGN, "", "{\"data\":\"\"}")).status()).isEqualTo(403);
        assertThat(api.call("a", "GET", "/trust-bundle?" + V).status()).isEqualTo(200);
    }

    @Test
    void number_10_the_hub_may_be_named_with_or_without_its_dollar() throws IOException {
        api.engine.owning.add("edgeHub");
        api.sockets.open("edgeHub");

        UnixReply with = api.call("edgeHub", post("/modules/%24edgeHub/genid/1/sign?" + V, "", "{\"data\":\"\"}"));
        UnixReply without = api.call("edgeHub", post("/modules/edgeHub/genid/1/sign?" + V, "", "{\"data\":\"\"}"));

        assertThat(with.status()).isEqualTo(200);
        assertThat(without.json()).isEqualTo(with.json());
    }

    @Test
    void number_12_a_signature_is_made_with_the_key_that_the_hub_has() throws IOException {
        byte[] digest = client().sign(DATA);

        assertThat(digest).isEqualTo(api.keys.sign("a", "100", DATA));
        assertThat(api.call("a", post(SIGN, "", "{\"data\":\"###\"}")).message())
                .isEqualTo("\"data\" is not base64");
        assertThat(api.call("a", post(SIGN, "", "{\"data\":\"\",\"keyId\":\"x\",\"algo\":\"y\"}"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void number_13_signing_needs_no_hub() throws IOException {
        api.parent.away = true;
        api.parent.calls.clear();

        assertThat(client().sign(DATA)).hasSize(32);
    }

    @Test
    void number_14_and_15_what_is_encrypted_is_decrypted_by_the_same_only() throws IOException {
        byte[] iv = {1, 2, 3};
        byte[] ciphertext = client().encrypt(DATA, iv);

        assertThat(ciphertext).hasSize(1 + DATA.length + 16).startsWith(2);
        assertThat(client().decrypt(ciphertext, iv)).isEqualTo(DATA);
        assertThatThrownBy(() -> new WorkloadClient(api.client("a"), "a", "2").decrypt(ciphertext, iv))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void number_17_to_19_certificates() throws Exception {
        var server = client().createServerCertificate("gw.local", Instant.parse("2026-12-01T00:00:00Z"));
        var leaf = Pem.certificates(server.certificatePem()).getFirst();
        assertThat(leaf.getSubjectAlternativeNames()).contains(List.of(2, "gw.local"), List.of(2, "a"));
        assertThat(server.expiration()).isEqualTo(Instant.parse("2026-12-01T00:00:00Z"));
        assertThat(Pem.privateKey(server.privateKeyPem())).isNotNull();

        UnixReply identity = api.call("a", post("/modules/a/certificate/identity?" + V, "", ""));
        assertThat(identity.status()).isEqualTo(201);
        assertThat(identity.json().path("privateKey").path("type").asText()).isEqualTo("key");
        assertThat(identity.json().path("expiration").asText()).isEqualTo("2026-12-25T00:00:00+00:00");
    }

    @Test
    void number_20_trust_bundles() throws IOException {
        assertThat(client().trustBundle()).isEqualTo(api.ca.pem());
        assertThat(client().manifestTrustBundle()).isEmpty();
    }

    @Test
    void number_51_a_name_too_long_for_a_socket_is_refused_early() {
        assertThatThrownBy(() -> api.sockets.check("m".repeat(100)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("107 are possible");
    }

    private WorkloadClient client() {
        return new WorkloadClient(api.client("a"), "a", "1");
    }

    private static UnixRequest post(String target, String type, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new UnixRequest(
                "POST",
                target,
                type.isEmpty() ? Map.of() : Map.of("Content-Type", type),
                new UnixRequest.Body(bytes.length, new ByteArrayInputStream(bytes)));
    }

    private static String message(int status, UnixReply reply) throws IOException {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(new ObjectMapper().readTree(reply.body()).size()).isEqualTo(1);
        return reply.message();
    }
}
