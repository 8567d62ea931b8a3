package kant.edgedaemon.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import kant.daemonapi.management.BundleOptions;
import kant.daemonapi.management.LogOptions;
import kant.daemonapi.management.ManagementClient;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.RegistryAuth;
import kant.daemonapi.unix.ApiException;
import kant.daemonapi.unix.UnixReply;
import kant.daemonapi.unix.UnixRequest;
import kant.edgedaemon.Eventually;
import kant.edgedaemon.api.ApiFixture;
import kant.edgedaemon.engine.EngineException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Numbers are those of the checklist in reference/daemon.md §10. This process plays the agent unless a test says otherwise. */
@Timeout(60)
class ManagementApiTest {
    private static final String V = ApiFixture.VERSION;
    private static final RegistryAuth LOGIN = new RegistryAuth("team", "wide-open-secret", "r.io");

    @TempDir
    Path folder;

    private ApiFixture api;
    private ManagementClient client;

    @BeforeEach
    void start() throws IOException {
        api = new ApiFixture(folder);
        api.engine.owning.add("edgeAgent");
        client = new ManagementClient(api.client("mgmt"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void a_kept_login_goes_with_the_pulls_of_its_registry_until_the_logout() throws IOException {
        assertThat(client.login(LOGIN).toString()).contains("\"checked\":true").doesNotContain("wide-open-secret");
        client.create(ModuleSpec.of("m", "r.io/a:1", JsonNodeFactory.instance.objectNode(), Map.of()));
        assertThat(api.engine.lastPull.auth()).isEqualTo(LOGIN);

        client.logout("r.io");
        client.prepareUpdate(ModuleSpec.of("m", "r.io/a:1", JsonNodeFactory.instance.objectNode(), Map.of()));
        assertThat(api.engine.lastPull.auth()).isNull();
        assertThatThrownBy(() -> client.logout("r.io"))
                .hasMessageContaining("no credentials for the registry \"r.io\"");
    }

    @Test
    void a_login_that_the_registry_refuses_is_not_kept_and_one_that_nobody_can_check_is() throws IOException {
        api.engine.failure = new EngineException(401, "incorrect username or password", null);
        assertThatThrownBy(() -> client.login(LOGIN)).hasMessageContaining("incorrect username or password");
        assertThatThrownBy(() -> client.logout("r.io")).isInstanceOf(ApiException.class);

        api.engine.failure = new EngineException(500, "connection refused", null);
        assertThat(client.login(LOGIN).path("reason").asText()).isEqualTo("connection refused");
        client.logout("r.io");
    }

    @Test
    void number_23_only_the_agent_changes_modules_and_identities() throws IOException {
        client.create(spec("m"));
        api.engine.owning.clear();

        assertRefused(() -> client.create(spec("n")));
        assertRefused(() -> client.update(spec("m")));
        assertRefused(() -> client.delete("m"));
        assertRefused(() -> client.prepareUpdate(spec("m")));
        assertRefused(() -> client.createIdentity("m", "IotEdge"));
        assertRefused(() -> client.deleteIdentity("m"));
        client.start("m");
        client.restart("m");
        client.stop("m");
        assertThat(client.modules()).hasSize(1);
        assertThat(client.systemInfo().osType()).isEqualTo("Linux");
    }

    @Test
    void number_24_a_created_module_exists_and_does_not_run() throws IOException {
        var created = client.create(spec("m"));

        assertThat(created.status().state()).isEqualTo(ModuleState.STOPPED);
        assertThat(created.config().path("settings").has("auth")).isFalse();
        assertThat(client.module("m").status().state()).isEqualTo(ModuleState.STOPPED);
        assertThat(api.engine.changes).containsExactly("pull image:1", "create m");
        assertThat(api.engine.spec("m").createOptions().path("Future").asBoolean())
                .isTrue();
    }

    @Test
    void number_25_a_duplicate_variable_and_a_missing_image_are_refused() throws IOException {
        assertThat(post("""
                {"name":"m","type":"docker","config":{"settings":{"image":"i"},
                 "env":[{"key":"A","value":"1"},{"key":"A","value":"2"}]}}""").message()).isEqualTo("duplicate env var key: A");
        assertThat(post("{\"name\":\"m\",\"type\":\"docker\",\"config\":{\"settings\":{}}}")
                        .status())
                .isEqualTo(400);
        assertThat(post("{\"name\":\" \",\"type\":\"docker\",\"config\":{\"settings\":{\"image\":\"i\"}}}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void number_26_starting_and_stopping_twice_is_no_error_and_unknown_modules_are_404() throws IOException {
        client.create(spec("m"));
        client.start("m");
        client.start("m");
        client.stop("m");
        client.stop("m");

        assertThatThrownBy(() -> client.start("x"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(404));
        assertThat(api.call("mgmt", "GET", "/modules/?" + V).status()).isEqualTo(200);
        assertThat(api.call("mgmt", "GET", "/identities/?" + V).status()).isEqualTo(200);
        assertThat(api.call("mgmt", "POST", "/modules/m/START?" + V).status()).isEqualTo(204);
    }

    @Test
    void number_27_an_update_replaces_and_starts() throws IOException {
        client.create(spec("m"));
        api.engine.changes.clear();

        client.updateAndStart(spec("m"));

        assertThat(api.engine.changes).containsExactly("pull image:1", "stop m", "remove m", "create m", "start m");
        assertThat(api.call(
                                "mgmt",
                                UnixRequest.of(
                                        "PUT",
                                        "/modules/m?start=yes&" + V,
                                        spec("m").toJson()))
                        .message())
                .isEqualTo("invalid parameter: start");
        assertThatThrownBy(() -> client.update(spec("x")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(404));
    }

    @Test
    void number_28_the_agent_gets_its_answer_before_it_is_replaced() throws Exception {
        client.create(spec("edgeAgent"));
        client.start("edgeAgent");
        api.engine.changes.clear();

        assertThat(client.updateAndStart(spec("edgeAgent")).status().state()).isEqualTo(ModuleState.RUNNING);

        Eventually.that("a new agent", () -> api.engine.changes.contains("start edgeAgent"));
        assertThat(api.engine.changes).contains("remove edgeAgent", "create edgeAgent");
    }

    @Test
    void number_29_prepareupdate_came_with_2019_01_30() throws IOException {
        JsonNode body = spec("m").toJson();

        assertThat(api.call("mgmt", UnixRequest.of("POST", "/modules/m/prepareupdate?" + V, body))
                        .status())
                .isEqualTo(404);
        assertThat(api.call("mgmt", UnixRequest.of("POST", "/modules/m/prepareupdate?api-version=2019-01-30", body))
                        .status())
                .isEqualTo(204);
        assertThat(api.call("mgmt", UnixRequest.of("POST", "/modules/x/prepareupdate?api-version=2019-01-30", body))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void number_30_the_engines_error_is_the_answer_and_nothing_is_created() {
        api.engine.failure = EngineException.noImage("manifest unknown");

        assertThatThrownBy(() -> client.create(spec("m")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(404))
                .hasMessage("manifest unknown");
        assertThat(api.engine.changes).isEmpty();
    }

    @Test
    void number_31_later_routes_do_not_exist_in_earlier_versions() throws IOException {
        assertThat(api.call("mgmt", "GET", "/systeminfo/resources?" + V).status())
                .isEqualTo(404);
        assertThat(api.call("mgmt", "POST", "/device/reprovision?" + V).status())
                .isEqualTo(404);
        assertThat(api.call("mgmt", "GET", "/systeminfo/supportbundle?" + V).status())
                .isEqualTo(404);
        assertThat(client.systemResources().path("total_ram").asLong()).isPositive();
        assertThat(client.systemResources().path("docker_stats").asText()).isEqualTo("[{\"name\":\"/m\"}]");
    }

    @Test
    void number_32_logs() throws IOException {
        client.create(spec("m"));

        try (var frames = client.logs("m", LogOptions.all().last(5))) {
            assertThat(new String(frames.next().bytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("hello\n");
            assertThat(frames.next()).isNull();
        }
        assertThat(api.engine.lastQuery.tail()).isEqualTo(5);
        client.logs("m", new LogOptions(true, null, "1h", "2026-11-24T23:30:00Z", true))
                .close();
        assertThat(api.engine.lastQuery.follow()).isTrue();
        assertThat(api.engine.lastQuery.since()).isEqualTo(api.time.now().minus(Duration.ofHours(1)));
        assertThat(api.engine.lastQuery.until()).isEqualTo(Instant.parse("2026-11-24T23:30:00Z"));
        assertThat(api.call("mgmt", "GET", "/modules/m/logs?tail=x&" + V).message())
                .isEqualTo("invalid parameter: tail");
        assertThat(api.call("mgmt", "GET", "/modules/m/logs?since=soon&" + V).message())
                .isEqualTo("invalid parameter: since");
        assertThat(api.call("mgmt", "GET", "/modules/m/logs?follow=yes&" + V).message())
                .isEqualTo("invalid parameter: follow");
        assertThat(api.call("mgmt", "GET", "/modules/x/logs?" + V).status()).isEqualTo(404);
    }

    @Test
    void number_34_and_35_identities() throws IOException {
        var made = client.createIdentity("m", "IotEdge");

        assertThat(client.updateIdentity(made).generationId()).isEqualTo(made.generationId());
        api.parent.away = true;
        assertThat(client.identities()).extracting(i -> i.moduleId()).containsExactly("m");
        api.parent.away = false;
        assertThatThrownBy(() -> client.createIdentity("m", "IotEdge"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(409))
                .hasMessageEndingWith(": exists");
        client.deleteIdentity("m");
        assertThat(client.identities()).isEmpty();
    }

    @Test
    void number_36_systeminfo_has_what_the_agent_reads() throws IOException {
        JsonNode info = client.systemInfo().json();

        assertThat(List.of("osType", "architecture", "version", "cpus", "provisioning"))
                .allMatch(info::has);
        assertThat(info.path("version").asText()).isEqualTo("0.1.0");
    }

    @Test
    void a_module_of_another_type_is_refused() throws IOException {
        assertThat(post("{\"name\":\"m\",\"type\":\"wasm\",\"config\":{\"settings\":{\"image\":\"i\"}}}")
                        .message())
                .contains("only \"docker\" is possible");
    }

    @Test
    void a_put_that_is_not_json_is_told_so() throws IOException {
        client.create(spec("m"));

        assertThat(api.call(
                                "mgmt",
                                new UnixRequest("PUT", "/modules/m?" + V, Map.of("Content-Type", "text/plain"), null))
                        .status())
                .isEqualTo(415);
    }

    @Test
    void what_is_not_built_is_refused_with_a_reason() throws IOException {
        UnixReply reply = api.call("mgmt", "POST", "/device/reprovision?api-version=2020-07-07");

        assertThat(reply.status()).isEqualTo(501);
        assertThat(reply.message()).contains("config.toml");
    }

    @Test
    void a_support_bundle_has_facts_logs_and_no_secrets() throws IOException {
        client.create(spec("m"));
        client.create(spec("edgeHub"));

        Map<String, String> all = unzipped(new BundleOptions(null, null, null, false));
        Map<String, String> runtime = unzipped(new BundleOptions("1h", null, "hub.test", true));

        assertThat(all.keySet())
                .containsExactlyInAnyOrder(
                        "systeminfo.json",
                        "resources.json",
                        "inspect/m.json",
                        "logs/m_log.txt",
                        "inspect/edgeHub.json",
                        "logs/edgeHub_log.txt");
        assertThat(all.get("inspect/m.json")).contains("\"name\" : \"m\"");
        assertThat(runtime.keySet()).contains("logs/edgeHub_log.txt").doesNotContain("logs/m_log.txt");
        assertThat(String.join("", all.values())).doesNotContain("SharedAccessKey");
    }

    @Test
    void a_support_bundle_of_a_strange_time_is_refused() {
        assertThatThrownBy(() -> client.supportBundle(new BundleOptions("yesterday", null, null, false)))
                .hasMessage("invalid parameter: since");
    }

    private Map<String, String> unzipped(BundleOptions options) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        try (var zip = new ZipInputStream(client.supportBundle(options))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    @Test
    void nothing_is_made_or_started_once_the_daemon_stops() throws IOException {
        client.create(spec("m"));
        api.modules.seal();

        assertThatThrownBy(() -> client.create(spec("n"))).hasMessage("the edge daemon is stopping");
        assertThatThrownBy(() -> client.start("m")).hasMessage("the edge daemon is stopping");
        client.stop("m");
    }

    private interface Call {
        void run() throws IOException;
    }

    private static void assertRefused(Call call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(403))
                .hasMessage("forbidden");
    }

    private UnixReply post(String json) throws IOException {
        return api.call("mgmt", UnixRequest.of("POST", "/modules?" + V, new ObjectMapper().readTree(json)));
    }

    private static ModuleSpec spec(String name) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        options.put("Future", true);
        return ModuleSpec.of(name, "image:1", options, Map.of("A", "1"));
    }
}
