package kant.edgeagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import kant.daemonapi.management.LogFrames.Stream;
import kant.model.deployment.RuntimeStatus;
import kant.model.twin.MethodResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks 77 to 79 of reference/agent.md §12: GetModuleLogs. */
class LogMethodsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final AgentSim sim = new AgentSim();

    @BeforeEach
    void deployed() {
        sim.hub.deploy(AgentSim.manifest(
                AgentSim.module("sensor", "a/m:1", "") + "," + AgentSim.module("filter", "a/m:1", "")));
        sim.hub.connect();
        sim.pass();
        sim.daemon.wrote("sensor", Stream.STDOUT, "<6> 2026-11-25 10:00:00.000 +00:00 [INF] - started\n<3> 2026-11");
        sim.daemon.wrote("sensor", Stream.STDERR, "plain trouble\n");
        sim.daemon.wrote("sensor", Stream.STDOUT, "-25 10:00:01.000 +00:00 [ERR] - hot\n");
        sim.daemon.wrote("filter", Stream.STDOUT, "ready\n");
    }

    @Test
    void check_77_text_is_what_the_module_wrote_in_the_order_in_which_lines_ended() throws Exception {
        assertThat(logs("{\"id\":\"^sensor$\"}", "").toString())
                .isEqualTo(JSON.createArrayNode()
                        .add(JSON.createObjectNode()
                                .put("id", "sensor")
                                .putNull("payloadBytes")
                                .put("payload", """
                                        <6> 2026-11-25 10:00:00.000 +00:00 [INF] - started
                                        plain trouble
                                        <3> 2026-11-25 10:00:01.000 +00:00 [ERR] - hot
                                        """))
                        .toString());
    }

    @Test
    void check_77_json_takes_the_lines_apart() throws Exception {
        JsonNode lines = JSON.readTree(logs("[{\"id\":\"sensor\"}]", ",\"contentType\":\"json\"")
                .at("/0/payload")
                .asText());

        assertThat(lines.get(0).toString())
                .isEqualTo(
                        "{\"iothub\":\"hub.test\",\"device\":\"d\",\"id\":\"sensor\",\"stream\":\"stdout\",\"loglevel\":6,"
                                + "\"text\":\"[INF] - started\",\"timestamp\":null}");
        assertThat(lines.at("/1/stream").asText()).isEqualTo("stderr");
        assertThat(lines.at("/2/loglevel").asInt()).isEqualTo(3);
        assertThat(sim.daemon.askedFor().timestamps()).isTrue();
    }

    @Test
    void check_77_gzip_stands_in_the_other_member() throws Exception {
        JsonNode log = logs("{\"id\":\"filter\"}", ",\"encoding\":\"gzip\"").get(0);

        assertThat(log.get("payload").isNull()).isTrue();
        var packed = new ByteArrayInputStream(log.get("payloadBytes").binaryValue());
        assertThat(new GZIPInputStream(packed).readAllBytes()).asString().isEqualTo("ready\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            all      | filter sensor edgeAgent edgeHub
            SENS     | sensor
            ^s.*r$   | sensor
            nobody   | ''
            """)
    void check_77_an_id_is_all_or_a_pattern(String id, String modules) throws Exception {
        assertThat(logs("{\"id\":\"" + id + "\"}", "").findValuesAsText("id"))
                .containsExactlyInAnyOrder(modules.isEmpty() ? new String[0] : modules.split(" "));
    }

    @Test
    void check_77_only_modules_that_run_have_logs_to_give() throws Exception {
        sim.daemon.says("filter", RuntimeStatus.FAILED);

        assertThat(logs("{\"id\":\"filter\"}", "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "loglevel":3                | hot
            "regex":"^plain"            | plain trouble
            "tail":1                    | hot
            "loglevel":6,"tail":1       | plain trouble
            """)
    void check_78_each_condition_counts(String filter, String only) throws Exception {
        String text = logs("{\"id\":\"sensor\",\"filter\":{" + filter + "}}", "")
                .at("/0/payload")
                .asText();

        assertThat(text.lines()).singleElement().asString().endsWith(only);
    }

    @Test
    void check_78_times_go_to_the_daemon_and_all_three_leave_the_tail_to_us() throws Exception {
        logs("{\"id\":\"sensor\",\"filter\":{\"since\":\"5m\",\"until\":1764064800,\"tail\":2}}", "");

        assertThat(sim.daemon.askedFor().since()).isEqualTo("5m");
        assertThat(sim.daemon.askedFor().until()).isEqualTo("1764064800");
        assertThat(sim.daemon.askedFor().tail()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"schemaVersion":"1.0","items":{"id":"sensor","filter":{"since":"bad"}}}     | 400 | Get logs
            {"schemaVersion":"1.0","items":{"id":"sensor","filter":{"tail":-1}}}         | 400 | tail is -1
            {"schemaVersion":"1.0","items":{"id":"sensor","filter":{"loglevel":8}}}      | 400 | loglevel is 8
            {"schemaVersion":"1.0","items":{"id":"("}}                                   | 400 | not a regular expression
            {"schemaVersion":"1.0","items":[]}                                           | 400 | items names no module
            {"schemaVersion":"1.0","items":{"id":"x"},"encoding":"zip"}                  | 400 | encoding "zip" is not one of none, gzip
            {"schemaVersion":"2.0","items":{"id":"sensor"}}                              | 500 | schemaVersion
            """)
    void check_78_and_79_bad_requests(String payload, int status, String message) {
        MethodResult result = sim.hub.call("GetModuleLogs", payload);

        assertThat(result.status()).isEqualTo(status);
        assertThat(new String(result.payload(), StandardCharsets.UTF_8).replace("\\\"", "\""))
                .contains(message);
    }

    @Test
    void check_78_more_than_a_method_carries_is_refused_with_its_size() {
        for (int i = 0; i < 3; i++) {
            sim.daemon.wrote("filter", Stream.STDOUT, "x".repeat(50_000) + "\n");
        }

        MethodResult result =
                sim.hub.call("GetModuleLogs", "{\"schemaVersion\":\"1.0\",\"items\":{\"id\":\"filter\"}}");

        assertThat(result.status()).isEqualTo(400);
        assertThat(new String(result.payload(), StandardCharsets.UTF_8))
                .contains(
                        "The payload is too large for a direct method. GetModuleLogs supports up to 127000 bytes of logs."
                                + " The current request returned 150009 bytes.");
    }

    @Test
    void check_79_a_newer_minor_version_is_answered() throws Exception {
        assertThat(sim.hub
                        .call("getmodulelogs", "{\"schemaVersion\":\"1.1\",\"items\":{\"id\":\"filter\"}}")
                        .status())
                .isEqualTo(200);
    }

    private JsonNode logs(String items, String more) throws IOException {
        sim.time.advance(Duration.ofSeconds(1));
        MethodResult result =
                sim.hub.call("GetModuleLogs", "{\"schemaVersion\":\"1.0\",\"items\":" + items + more + "}");
        assertThat(result.status())
                .as(new String(result.payload(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return JSON.readTree(result.payload());
    }
}
