package kant.edgeagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.GZIPInputStream;
import kant.daemonapi.management.LogFrames.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checks 80 and 81 of reference/agent.md §12, against a store that knows the four calls of the Blob service. */
@Timeout(60)
class UploadMethodsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AgentSim sim = new AgentSim();
    private final Map<String, byte[]> blobs = new ConcurrentSkipListMap<>();
    private final Map<String, String> types = new ConcurrentSkipListMap<>();
    private final Map<String, byte[]> blocks = new TreeMap<>();
    private HttpServer store;

    @BeforeEach
    void deployed() throws IOException {
        store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.createContext("/", this::answer);
        store.start();
        sim.hub.deploy(AgentSim.manifest(AgentSim.module("m", "a/m:1", "")));
        sim.hub.connect();
        sim.pass();
        sim.daemon.wrote("m", Stream.STDOUT, "one\ntwo\n");
    }

    @AfterEach
    void close() {
        store.stop(0);
    }

    @Test
    void check_80_text_becomes_an_append_blob() throws Exception {
        JsonNode started = upload("UploadModuleLogs", "\"items\":{\"id\":\"m\"}", "good");

        assertThat(started.path("status").asText()).isEqualTo("Running");
        assertThat(status(started)).isEqualTo("Completed");
        assertThat(blobs).hasSize(1);
        String name = blobs.keySet().iterator().next();
        assertThat(name).matches("/logs/hub\\.test/d/m-\\d{4}-\\d\\d-\\d\\d--\\d\\d-\\d\\d-\\d\\d\\.log");
        assertThat(blobs.get(name)).asString().isEqualTo("one\ntwo\n");
        assertThat(types.get(name)).isEqualTo("AppendBlob text/plain");
    }

    @Test
    void check_80_json_and_gzip_become_a_block_blob() throws Exception {
        JsonNode started = upload(
                "UploadModuleLogs", "\"items\":{\"id\":\"m\"},\"encoding\":\"gzip\",\"contentType\":\"json\"", "good");

        assertThat(status(started)).isEqualTo("Completed");
        String name = blobs.keySet().iterator().next();
        assertThat(name).endsWith(".json.gz");
        assertThat(types.get(name)).isEqualTo("BlockBlob application/json gzip");
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(blobs.get(name))).readAllBytes();
        assertThat(JSON.readTree(plain)).hasSize(2);
    }

    @Test
    void check_80_a_refused_signature_fails_with_words_and_without_the_secret() throws Exception {
        JsonNode started = upload("UploadModuleLogs", "\"items\":{\"id\":\"m\"}", "wrong");

        JsonNode task = task(started);
        assertThat(task.path("status").asText()).isEqualTo("Failed");
        assertThat(task.path("message").asText())
                .startsWith("Task upload logs failed because of error the blob store")
                .contains("403 (AuthenticationFailed)")
                .doesNotContain("wrong");
    }

    @Test
    void check_80_an_id_that_nobody_gave_is_unknown() throws Exception {
        assertThat(JSON.readTree(sim.hub
                                .call(
                                        "GetTaskStatus",
                                        "{\"schemaVersion\":\"1.0\",\"correlationId\":\"6d1f6d5e-0000-0000-0000-000000000000\"}")
                                .payload())
                        .path("status")
                        .asText())
                .isEqualTo("Unknown");
    }

    @Test
    void check_81_a_support_bundle_is_one_blob() throws Exception {
        JsonNode started = upload("UploadSupportBundle", "\"since\":\"1d\"", "good");

        assertThat(status(started)).isEqualTo("Completed");
        String name = blobs.keySet().iterator().next();
        assertThat(name).matches("/logs/hub\\.test/d/support-bundle-.*\\.zip");
        assertThat(blobs.get(name)).asString().isEqualTo("a bundle");
        assertThat(types.get(name)).isEqualTo("BlockBlob application/zip");
    }

    @Test
    void a_url_without_a_signature_is_refused_at_once() {
        var result = sim.hub.call(
                "UploadModuleLogs",
                "{\"schemaVersion\":\"1.0\",\"items\":{\"id\":\"m\"},\"sasUrl\":\"https://store.test/logs\"}");

        assertThat(result.status()).isEqualTo(400);
        assertThat(new String(result.payload(), StandardCharsets.UTF_8)).contains("shared access signature");
    }

    private JsonNode upload(String method, String members, String signature) throws IOException {
        String url = "http://127.0.0.1:" + store.getAddress().getPort() + "/logs?sig=" + signature;
        return JSON.readTree(sim.hub
                .call(method, "{\"schemaVersion\":\"1.0\"," + members + ",\"sasUrl\":\"" + url + "\"}")
                .payload());
    }

    private String status(JsonNode started) throws IOException {
        return task(started).path("status").asText();
    }

    private JsonNode task(JsonNode started) throws IOException {
        return JSON.readTree(sim.hub
                .call(
                        "GetTaskStatus",
                        "{\"schemaVersion\":\"1.0\",\"correlationId\":\""
                                + started.path("correlationId").asText() + "\"}")
                .payload());
    }

    private void answer(HttpExchange call) throws IOException {
        byte[] body = call.getRequestBody().readAllBytes();
        String query = call.getRequestURI().getRawQuery();
        String path = call.getRequestURI().getPath();
        if (!query.contains("sig=good")) {
            call.getResponseHeaders().add("x-ms-error-code", "AuthenticationFailed");
            call.sendResponseHeaders(403, -1);
            return;
        }
        if (query.contains("comp=blocklist")) {
            var whole = new ByteArrayOutputStream();
            blocks.values().forEach(whole::writeBytes);
            blobs.put(path, whole.toByteArray());
            types.put(path, type(call, "BlockBlob"));
        } else if (query.contains("comp=block&")) {
            blocks.put(query, body);
        } else if (query.contains("comp=appendblock")) {
            blobs.merge(
                    path,
                    body,
                    (a, b) -> (new String(a, StandardCharsets.UTF_8) + new String(b, StandardCharsets.UTF_8))
                            .getBytes(StandardCharsets.UTF_8));
        } else {
            blobs.put(path, body);
            types.put(path, type(call, call.getRequestHeaders().getFirst("x-ms-blob-type")));
        }
        call.sendResponseHeaders(201, -1);
    }

    private static String type(HttpExchange call, String kind) {
        String encoding = call.getRequestHeaders().getFirst("x-ms-blob-content-encoding");
        return kind + " " + call.getRequestHeaders().getFirst("x-ms-blob-content-type")
                + (encoding == null ? "" : " " + encoding);
    }
}
