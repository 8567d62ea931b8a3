package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;
import kant.conformance.Waits;
import kant.conformance.harness.HubService.Answer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The agent's direct methods, its metrics and its log, from the service's side (reference/agent.md §12 E, F). */
class MethodTest {
    private static AgentDevice device;

    @BeforeAll
    static void start() throws Exception {
        device = AgentDevice.shared();
        device.deployed(
                Deployment.empty()
                        .with(
                                "talker",
                                "echo '<3> 2026-01-02 03:04:05.678 +00:00 [ERR] - too hot'; echo plain;"
                                        + " echo odd >&2; exec sleep 100000"),
                "talker",
                "running");
        Waits.until(
                "the talker to have said everything",
                AgentDevice.SOON,
                () -> logs("{}", "none", "text").contains("odd"));
    }

    @Test
    void check_75_ping_in_any_case_and_what_there_is() throws Exception {
        assertThat(device.method("ping", "null").json().path("status").asInt()).isEqualTo(200);
        assertThat(device.method("PING", "null").json().path("status").asInt()).isEqualTo(200);
        JsonNode unknown = device.method("nope", "null").json();
        assertThat(unknown.path("status").asInt()).isEqualTo(400);
        assertThat(unknown.at("/payload/message").asText())
                .startsWith("Command 'nope' not found. The supported commands are - ")
                .contains("ping", "RestartModule", "GetModuleLogs", "GetTaskStatus", "UploadModuleLogs");
    }

    @Test
    void check_76_a_restart_gives_a_new_start_and_no_count() throws Exception {
        var before = device.processes.only("talker");

        assertThat(restart("{\"schemaVersion\":\"1.0\",\"id\":\"talker\"}")
                        .path("status")
                        .asInt())
                .isEqualTo(200);

        assertThat(device.processes.only("talker").pid()).isNotEqualTo(before.pid());
        assertThat(device.awaitModule("talker", "running").path("restartCount").asInt())
                .isZero();
        JsonNode absent = restart("{\"schemaVersion\":\"1.0\",\"id\":\"absent\"}");
        assertThat(absent.path("status").asInt()).isEqualTo(500);
        assertThat(absent.at("/payload/message").asText())
                .isEqualTo("Module absent not found in the current environment");
        assertThat(restart("null").path("status").asInt()).isEqualTo(400);
    }

    private static JsonNode restart(String payload) throws Exception {
        return device.method("RestartModule", payload).json();
    }

    @Test
    void check_77_logs_come_as_text_and_json_plain_and_compressed() throws Exception {
        JsonNode text = ask("{}", "none", "text").path("payload").path(0);
        assertThat(text.path("id").asText()).isEqualTo("talker");
        assertThat(text.path("payload").asText().lines()).contains("plain", "odd");
        assertThat(text.path("payloadBytes").isNull()).isTrue();

        JsonNode packed = ask("{}", "gzip", "text").path("payload").path(0);
        byte[] bytes = Base64.getDecoder().decode(packed.path("payloadBytes").asText());
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(text.path("payload").asText());
        }

        JsonNode lines = Deployment.parse(logs("{}", "none", "json"));
        JsonNode hot = find(lines, "too hot");
        assertThat(hot.path("loglevel").asInt()).isEqualTo(3);
        assertThat(hot.path("stream").asText()).isEqualTo("stdout");
        assertThat(find(lines, "odd").path("stream").asText()).isEqualTo("stderr");
        assertThat(hot.path("device").asText()).isEqualTo(device.id);

        assertThat(call("GetModuleLogs", "{\"schemaVersion\":\"1.0\",\"items\":{\"id\":\"nobody\"}}")
                        .path("payload"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"tail":1}           | ''
            {"loglevel":3}       | too hot
            {"regex":"pl..n"}    | plain
            {"since":"1h"}       | plain
            """)
    void check_78_each_filter_counts(String filter, String kept) throws Exception {
        assertThat(logs(filter, "none", "text")).contains(kept);
        if (!filter.contains("since")) {
            assertThat(logs(filter, "none", "text").lines()).hasSize(1);
        }
    }

    @Test
    void check_78_and_79_bad_requests_are_answered_with_their_codes() throws Exception {
        assertThat(ask("{\"since\":\"the day before\"}", "none", "text")
                        .path("status")
                        .asInt())
                .isEqualTo(400);
        assertThat(call("GetModuleLogs", "{\"schemaVersion\":\"2.0\",\"items\":{\"id\":\"talker\"}}")
                        .path("status")
                        .asInt())
                .isEqualTo(500);
        assertThat(call("GetModuleLogs", "{\"schemaVersion\":\"1.1\",\"items\":{\"id\":\"talker\"}}")
                        .path("status")
                        .asInt())
                .isEqualTo(200);
    }

    @Test
    void check_80_and_81_logs_and_bundles_are_uploaded_and_their_tasks_can_be_asked_for() throws Exception {
        try (var store = new BlobStore()) {
            JsonNode started = call("UploadModuleLogs", """
                    {"schemaVersion":"1.0","sasUrl":"%s","items":[{"id":"talker"}],"encoding":"none","contentType":"text"}""".formatted(store.url()));
            assertThat(started.at("/payload/status").asText()).isEqualTo("Running");
            awaitTask(started, "Completed");
            assertThat(store.blobs.keySet())
                    .anyMatch(name -> name.matches(
                            ".*/" + device.id + "/talker-\\d{4}-\\d\\d-\\d\\d--\\d\\d-\\d\\d-\\d\\d\\.log"));

            JsonNode bundle =
                    call("UploadSupportBundle", "{\"schemaVersion\":\"1.0\",\"sasUrl\":\"" + store.url() + "\"}");
            awaitTask(bundle, "Completed");
            byte[] zip = store.blob(".zip");
            assertThat(new ZipInputStream(new ByteArrayInputStream(zip)).getNextEntry())
                    .isNotNull();

            store.refusing = true;
            awaitTask(call("UploadModuleLogs", """
                            {"schemaVersion":"1.0","sasUrl":"%s","items":{"id":"talker"}}""".formatted(store.url())), "Failed");
        }
        JsonNode unknown = call(
                "GetTaskStatus",
                "{\"schemaVersion\":\"1.0\",\"correlationId\":\"6d5f7d13-5c9b-4a53-9f62-0d1f1b8c1f11\"}");
        assertThat(unknown.at("/payload/status").asText()).isEqualTo("Unknown");
    }

    private static void awaitTask(JsonNode started, String status) throws Exception {
        String id = started.at("/payload/correlationId").asText();
        Waits.until(
                "the task to be " + status,
                AgentDevice.SOON.multipliedBy(2),
                () -> call("GetTaskStatus", "{\"schemaVersion\":\"1.0\",\"correlationId\":\"" + id + "\"}")
                        .at("/payload/status")
                        .asText()
                        .equals(status));
    }

    @Test
    void check_82_and_83_metrics_are_served_and_count() throws Exception {
        String before = device.agentMetrics();
        assertThat(before).contains("edgeAgent_iothub_syncs_total{", "edge_device=\"" + device.id + "\"");
        long starts = sum(before, "edgeAgent_module_start_total", "module_name=\"talker\"");
        long pings = sum(before, "edgeagent_direct_method_invocations_count", "method_name=\"ping\"");

        device.method("ping", "null");
        device.process("talker").destroyForcibly();
        Waits.until(
                "the restart to be counted",
                AgentDevice.SOON,
                () -> sum(device.agentMetrics(), "edgeAgent_module_start_total", "module_name=\"talker\"")
                        == starts + 1);

        assertThat(sum(device.agentMetrics(), "edgeagent_direct_method_invocations_count", "method_name=\"ping\""))
                .isEqualTo(pings + 1);
        var names = new TreeSet<String>();
        device.agentMetrics()
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .forEach(line -> names.add(line.split(" ")[2]));
        assertThat(names)
                .contains(
                        "edgeAgent_total_time_running_correctly_seconds",
                        "edgeAgent_total_time_expected_running_seconds",
                        "edgeAgent_command_latency_seconds",
                        "edgeAgent_deployment_time_seconds",
                        "edgeAgent_host_uptime_seconds",
                        "edgeAgent_iotedged_uptime_seconds",
                        "edgeAgent_available_disk_space_bytes",
                        "edgeAgent_used_memory_bytes",
                        "edgeAgent_used_cpu_percent",
                        "edgeAgent_created_pids_total",
                        "edgeAgent_metadata");
        try (var hub = URI.create("http://127.10.3.1:9600/metrics").toURL().openStream()) {
            assertThat(new String(hub.readAllBytes(), StandardCharsets.UTF_8)).contains("edgehub_connected_clients");
        }
    }

    private static long sum(String page, String metric, String label) {
        return page.lines()
                .filter(line -> line.startsWith(metric + "{") && line.contains(label))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void check_84_the_agents_own_lines_have_their_levels() throws Exception {
        JsonNode answer = call("GetModuleLogs", """
                {"schemaVersion":"1.0","items":{"id":"edgeAgent","filter":{"tail":500}},"encoding":"none",
                 "contentType":"json"}""");
        JsonNode lines = Deployment.parse(answer.at("/payload/0/payload").asText());

        List<Integer> levels = new ArrayList<>();
        for (JsonNode line : lines) {
            if (line.path("text").asText().contains("the deployment is refused")) {
                levels.add(line.path("loglevel").asInt());
            }
            if (line.path("text").asText().contains("edge agent ready")) {
                assertThat(line.path("loglevel").asInt()).isEqualTo(6);
            }
        }
        assertThat(levels).allMatch(level -> level == 3);
        assertThat(lines).isNotEmpty();
    }

    private static String logs(String filter, String encoding, String type) throws Exception {
        return ask(filter, encoding, type).at("/payload/0/payload").asText();
    }

    private static JsonNode ask(String filter, String encoding, String type) throws Exception {
        return call("GetModuleLogs", """
                {"schemaVersion":"1.0","items":[{"id":"talker","filter":%s}],"encoding":"%s","contentType":"%s"}""".formatted(filter, encoding, type));
    }

    private static JsonNode call(String method, String payload) throws Exception {
        Answer answer = device.method(method, payload);
        return answer.require(200).json();
    }

    private static JsonNode find(JsonNode lines, String text) {
        for (JsonNode line : lines) {
            if (line.path("text").asText().contains(text)) {
                return line;
            }
        }
        throw new AssertionError("no line with \"" + text + "\" in " + lines);
    }
}
