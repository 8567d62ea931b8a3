package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.sdk.iot.service.configurations.Configuration;
import com.microsoft.azure.sdk.iot.service.configurations.ConfigurationContent;
import com.microsoft.azure.sdk.iot.service.configurations.ConfigurationMetrics;
import com.microsoft.azure.sdk.iot.service.configurations.ConfigurationsClient;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubException;
import com.microsoft.azure.sdk.iot.service.query.QueryClient;
import com.microsoft.azure.sdk.iot.service.query.QueryPageOptions;
import com.microsoft.azure.sdk.iot.service.twin.TwinClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import kant.conformance.Loop;
import kant.conformance.harness.HubService;
import kant.conformance.harness.HubService.Answer;
import kant.conformance.harness.KantCommand;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.StandIn;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Automatic and layered deployments at a stand-in of the suite's own, for a configuration concerns all its devices: with the
 * official Java service SDK where it has the call, else over plain HTTPS.
 */
class LayeredTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "layers-hub.kant.test";
    private static final String ADDRESS = "127.10.7.9";
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String BASE = """
            {"modulesContent":{"$edgeAgent":{"properties.desired":{"modules":{"a":{"version":"%s"}}}}}}""";

    @TempDir
    private static Path folder;

    private static StandIn standIn;
    private static HubService service;
    private static ConfigurationsClient client;
    private static SSLSocketFactory usual;

    @BeforeAll
    static void start() throws Exception {
        standIn = StandIn.start(folder, NAME, ADDRESS);
        SSLContext trust = Loop.tls(standIn.caPem());
        service = new HubService(standIn, trust);
        usual = HttpsURLConnection.getDefaultSSLSocketFactory();
        HttpsURLConnection.setDefaultSSLSocketFactory(trust.getSocketFactory()); // all that the SDK lets one choose
        client = new ConfigurationsClient(standIn.serviceConnectionString());
    }

    @AfterAll
    static void stop() throws Exception {
        HttpsURLConnection.setDefaultSSLSocketFactory(usual);
        standIn.close();
    }

    @BeforeEach
    void nothing_is_left_of_the_test_before() throws Exception {
        for (Configuration configuration : client.get(100)) {
            client.delete(configuration.getId());
        }
        for (JsonNode device : service.call("GET", "/devices", null).json()) {
            service.call("DELETE", "/devices/" + device.path("deviceId").asText(), null, "*")
                    .require(204);
        }
    }

    @Test
    void check_85_the_sample_gives_four_twins_and_the_statuses_that_it_expects() throws Exception {
        JsonNode sample = sample();

        awaitStates("line-7", sample.at("/expected/configurations"));

        for (var module : sample.at("/expected/desired").properties()) {
            assertThat(desired("line-7/" + module.getKey())).as(module.getKey()).isEqualTo(module.getValue());
        }
        // the SDK takes the statuses in lower case only, and has none for those that the reference spells
        assertThat(new TwinClient(standIn.serviceConnectionString())
                        .get("line-7", "$edgeAgent")
                        .getConfigurations())
                .containsOnlyKeys("base-plant", "layer-filter", "layer-hot", "layer-below-base");
    }

    @Test
    void check_86_a_layer_that_is_deleted_takes_its_keys_along_and_each_changed_twin_is_bumped_once() throws Exception {
        JsonNode sample = sample();
        awaitStates("line-7", sample.at("/expected/configurations"));

        client.delete("layer-hot");
        awaitStates("line-7", states -> !states.has("layer-hot"));
        awaitDesired("line-7/filter", "{\"TemperatureThreshold\":25}");

        JsonNode filter = desired("line-7/$edgeAgent").at("/modules/filter");
        assertThat(filter.at("/settings/image").asText()).endsWith("temperature-filter:1.0");
        assertThat(filter.at("/env/TemperatureThreshold/value").asText()).isEqualTo("25");
        assertThat(versions("line-7")).isEqualTo(Map.of("$edgeAgent", 3, "$edgeHub", 2, "tempSensor", 2, "filter", 3));

        client.delete("layer-filter");
        awaitDesired("line-7/filter", "{}");

        assertThat(desired("line-7/$edgeAgent").at("/modules").has("filter")).isFalse();
        assertThat(desired("line-7/$edgeHub").path("routes"))
                .isEqualTo(JSON.readTree("{\"upstream\":\"FROM /messages/* INTO $upstream\"}"));
        assertThat(desired("line-7/tempSensor").has("layeredProperties")).isFalse();
        assertThat(versions("line-7")).isEqualTo(Map.of("$edgeAgent", 4, "$edgeHub", 3, "tempSensor", 3, "filter", 4));
    }

    @Test
    void check_87_a_device_that_loses_its_tag_keeps_what_it_has_and_has_no_statuses() throws Exception {
        JsonNode sample = sample();
        client.delete("layer-hot");
        awaitStates("line-7", states -> states.size() == 3 && !states.has("layer-hot"));
        awaitDesired("line-7/filter", "{\"TemperatureThreshold\":25}");
        Map<String, Integer> before = versions("line-7");

        service.patchTags("line-7", "{\"environment\":null}");
        awaitStates("line-7", JSON.createObjectNode());

        assertThat(versions("line-7")).isEqualTo(before);
        assertThat(desired("line-7/$edgeHub").path("routes")).isEqualTo(sample.at("/expected/desired/$edgeHub/routes"));
    }

    @Test
    void check_88_of_bases_with_one_priority_the_newer_wins() throws Exception {
        service.edgeDevice("d");
        create("z-old", 7, "*", BASE.formatted("old"));
        create("a-new", 7, "*", BASE.formatted("new"));

        awaitStates("d", JSON.readTree("{\"a-new\":{\"status\":\"Applied\"},\"z-old\":{\"status\":\"Targeted\"}}"));

        assertThat(desired("d/$edgeAgent").at("/modules/a/version").asText()).isEqualTo("new");
    }

    @Test
    void check_89_conditions_are_checked_and_quotes_doubled_and_a_star_is_every_edge_device() throws Exception {
        service.device("plain");
        service.edgeDevice("d");
        service.edgeDevice("e");
        service.patchTags("d", "{\"owner\":\"O'Hara\"}");
        for (String bad : List.of("tags.a = \"b\"", "tags.a = 'b", "tags.a ==", "tag.a = 'b'")) {
            assertThatThrownBy(() -> create("bad", 1, bad, BASE.formatted("1")))
                    .as(bad)
                    .isInstanceOf(IotHubException.class)
                    .hasMessageContaining("targetCondition");
            ObjectNode test = JSON.createObjectNode().put("targetCondition", bad);
            assertThat(service.call("POST", "/configurations/testQueries", test.toString())
                            .require(200)
                            .json()
                            .path("targetConditionError")
                            .asText())
                    .as(bad)
                    .isNotEmpty();
        }
        create("star", 1, "*", BASE.formatted("star"));
        create("quote", 2, "tags.owner = 'O''Hara'", BASE.formatted("quote"));
        create("nobody", 3, "", BASE.formatted("nobody"));

        awaitStates("d", states -> states.size() == 2);
        awaitStates("e", states -> states.size() == 1);

        assertThat(desired("d/$edgeAgent").at("/modules/a/version").asText()).isEqualTo("quote");
        assertThat(desired("e/$edgeAgent").at("/modules/a/version").asText()).isEqualTo("star");
        assertThat(service.call("GET", "/devices/plain/modules", null).json()).isEmpty();
        assertThat(client.get("star").getSystemMetrics().getResults()).containsEntry("targetedCount", 2L);
    }

    @Test
    void check_90_metrics_count_who_is_targeted_and_has_it_and_says_so() throws Exception {
        for (String id : List.of("ok", "failed", "pending", "silent")) {
            service.edgeDevice(id);
        }
        var metrics = new ConfigurationMetrics();
        metrics.setQueries(new HashMap<>(Map.of(
                "fine",
                "SELECT deviceId FROM devices.modules WHERE moduleId = '$edgeAgent'"
                        + " AND properties.reported.lastDesiredStatus.code = 200")));
        Configuration counted = configuration("counted", 1, "deviceId != 'silent'", BASE.formatted("1"));
        counted.setMetrics(metrics);
        client.create(counted);
        for (String id : List.of("ok", "failed", "pending")) {
            awaitStates(id, states -> states.has("counted"));
        }
        report("ok", 2, 200);
        report("failed", 2, 500);
        report("pending", 1, 400);

        Configuration read = client.get("counted");

        assertThat(read.getSystemMetrics().getResults())
                .isEqualTo(Map.of(
                        "targetedCount", 3L,
                        "appliedCount", 3L,
                        "reportedSuccessfulCount", 1L,
                        "reportedFailedCount", 1L));
        assertThat(read.getMetrics().getResults()).isEqualTo(Map.of("fine", 1L));
        for (var query : read.getSystemMetrics().getQueries().entrySet()) {
            assertThat(rows(query.getValue()))
                    .as(query.getKey())
                    .isEqualTo(read.getSystemMetrics().getResults().get(query.getKey()));
        }
    }

    /** How many rows a query has, by pages of one. */
    private static long rows(String query) throws Exception {
        var found = new QueryClient(standIn.serviceConnectionString())
                .queryRaw(query, QueryPageOptions.builder().pageSize(1).build());
        long rows = 0;
        while (found.hasNext()) {
            found.next();
            rows++;
        }
        return rows;
    }

    @Test
    void check_91_a_stale_etag_is_refused_and_content_never_changes() throws Exception {
        service.edgeDevice("d");
        create("c", 1, "*", "{\"modulesContent\":{\"$edgeAgent\":{\"properties.desired\":{\"modules\":{},\"n\":5}}}}");
        awaitStates("d", states -> states.has("c"));
        String stale = client.get("c").getEtag();

        Configuration changed = client.get("c"); // with 5.0 where 5 was
        changed.setPriority(9);
        client.replace(changed);

        assertThat(client.get("c").getPriority()).isEqualTo(9);
        ObjectNode body = (ObjectNode)
                service.call("GET", "/configurations/c", null).require(200).json();
        service.call("PUT", "/configurations/c", body.toString(), '"' + stale + '"')
                .require(412);
        ((ObjectNode) body.at("/content/modulesContent/$edgeAgent/properties.desired")).put("n", 6);
        Answer refused = service.call("PUT", "/configurations/c", body.toString(), "*");
        assertThat(refused.status()).as("%s", refused).isEqualTo(400);
        assertThat(refused.json().path("Message").asText()).contains("content never changes");
        assertThat(desired("d/$edgeAgent").path("n").asInt()).isEqualTo(5);
        assertThat(versions("d")).containsEntry("$edgeAgent", 2);
    }

    @Test
    void a_killed_stand_in_knows_its_configurations_and_goes_on_with_them() throws Exception {
        service.edgeDevice("d");
        create("c", 1, "*", BASE.formatted("1"));

        standIn.kill();
        standIn.restart();

        awaitStates("d", states -> states.has("c"));
        service.edgeDevice("later");
        awaitStates("later", states -> states.has("c"));
        assertThat(desired("later/$edgeAgent").at("/modules/a/version").asText())
                .isEqualTo("1");
    }

    @Test
    void the_node_sdk_has_configurations_and_queries_too() throws Exception {
        service.edgeDevice("d");
        var command =
                List.of("node", "--require", "./hosts.js", "deployments.js", standIn.serviceConnectionString(), "d");
        var environment = Map.of("KANT_HOSTS", NAME + "=" + ADDRESS, "NODE_EXTRA_CA_CERTS", standIn.caFile());

        try (var node =
                KantCommand.program(KantCommand.repository().resolve("conformance/node"), environment, command)) {
            assertThat(node.await(SOON).lines())
                    .containsExactly(
                            "{\"event\":\"again\",\"refused\":\"DeviceAlreadyExistsError\"}",
                            "{\"event\":\"updated\",\"priority\":5}",
                            "{\"event\":\"stale\",\"refused\":\"InvalidEtagError\"}",
                            "{\"event\":\"listed\",\"ids\":[\"node\"]}",
                            "{\"event\":\"queried\",\"rows\":[{\"deviceId\":\"d\"}]}",
                            "{\"event\":\"removed\",\"found\":\"Error\"}",
                            "{\"event\":\"applied\",\"version\":\"2\"}");
        }
    }

    @Test
    void the_kant_command_creates_lists_changes_and_deletes() throws Exception {
        service.edgeDevice("d");
        Path manifest = Files.writeString(folder.resolve("base.json"), BASE.formatted("1"));

        kant("create", "base", manifest.toString(), "--target", "tags.site = 'north'", "--priority", "3");
        kant("update", "base", "--target", "deviceId = 'd'", "--label", "by=me");
        awaitStates("d", states -> states.has("base"));

        assertThat(kant("list").output()).contains("base", "3", "applied 1", "deviceId = 'd'");
        assertThat(kant("show", "base", "--json").json().at("/labels/by").asText())
                .isEqualTo("me");
        kant("delete", "base");
        assertThat(kant("list").output()).isEmpty();
    }

    private static KantCommand.Ended kant(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("hub", "deployment"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", folder.resolve("hub").toString()));
        KantCommand.Ended ended = KantCommand.run(folder, SOON, command.toArray(String[]::new));
        assertThat(ended.code()).as("%s: %s", command, ended.output()).isZero();
        return ended;
    }

    /** The reference's sample with its device, deployed; its configurations come in the wrong order on purpose. */
    private static JsonNode sample() throws Exception {
        JsonNode sample = JSON.readTree(Files.readString(
                KantCommand.repository().resolve("model/src/test/resources/manifests/06-layered.json")));
        service.edgeDevice("line-7");
        service.patchTags("line-7", sample.at("/device/tags").toString());
        for (int i = 3; i >= 0; i--) {
            JsonNode given = sample.path("configurations").get(i);
            create(
                    given.path("id").asText(),
                    given.path("priority").asInt(),
                    given.path("targetCondition").asText(),
                    given.path("content").toString());
        }
        return sample;
    }

    private static void create(String id, int priority, String target, String content) throws Exception {
        client.create(configuration(id, priority, target, content));
    }

    private static Configuration configuration(String id, int priority, String target, String content)
            throws Exception {
        var modules = new ConfigurationContent();
        modules.setModulesContent(JSON.convertValue(
                JSON.readTree(content).path("modulesContent"),
                new TypeReference<Map<String, Map<String, Object>>>() {}));
        var configuration = new Configuration(id);
        configuration.setPriority(priority);
        configuration.setTargetCondition(target);
        configuration.setContent(modules);
        return configuration;
    }

    /** What an agent of this version and with this verdict reports. */
    private static void report(String device, int version, int code) throws Exception {
        try (var socket =
                MqttSocket.open(ADDRESS, Loop.tls(standIn.caPem()), service.systemModule(device, "$edgeAgent"))) {
            socket.send("$iothub/twin/PATCH/properties/reported/?$rid=1", """
                    {"lastDesiredVersion":%d,"lastDesiredStatus":{"code":%d}}""".formatted(version, code));
        }
        Reports.await(
                device + " to have reported",
                SOON,
                () -> service.twin(device + "/$edgeAgent").at("/properties/reported"),
                reported -> reported.path("lastDesiredVersion").asInt() == version);
    }

    private static void awaitStates(String device, JsonNode expected) throws Exception {
        awaitStates(device, expected::equals);
    }

    private static void awaitStates(String device, Predicate<JsonNode> expected) throws Exception {
        Reports.await(
                "the configurations of " + device,
                SOON,
                () -> service.twin(device + "/$edgeAgent").path("configurations"),
                expected);
    }

    private static void awaitDesired(String module, String expected) throws Exception {
        Reports.await(
                "the desired properties of " + module, SOON, () -> desired(module), JSON.readTree(expected)::equals);
    }

    private static JsonNode desired(String module) throws Exception {
        ObjectNode desired = (ObjectNode) service.twin(module).at("/properties/desired");
        return desired.without(List.of("$metadata", "$version"));
    }

    /** Of the desired properties of each of a device's modules. */
    private static Map<String, Integer> versions(String device) throws Exception {
        Map<String, Integer> versions = new HashMap<>();
        for (JsonNode module :
                service.call("GET", "/devices/" + device + "/modules", null).json()) {
            String id = module.path("moduleId").asText();
            versions.put(
                    id,
                    service.twin(device + "/" + id)
                            .at("/properties/desired/$version")
                            .asInt());
        }
        return versions;
    }
}
