package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.sdk.iot.service.configurations.Configuration;
import com.microsoft.azure.sdk.iot.service.configurations.ConfigurationMetrics;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubException;
import com.microsoft.azure.sdk.iot.service.twin.TwinClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kant.conformance.harness.HubService.Answer;
import kant.conformance.harness.KantCommand;
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
    private static final String BASE = """
            {"modulesContent":{"$edgeAgent":{"properties.desired":{"modules":{"a":{"version":"%s"}}}}}}""";

    @TempDir
    private static Path folder;

    private static DeploymentHub hub;

    @BeforeAll
    static void start() throws Exception {
        hub = DeploymentHub.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        hub.close();
    }

    @BeforeEach
    void nothing_is_left_of_the_test_before() throws Exception {
        hub.clear();
    }

    @Test
    void check_85_the_sample_gives_four_twins_and_the_statuses_that_it_expects() throws Exception {
        JsonNode sample = hub.sample();

        hub.awaitStates("line-7", sample.at("/expected/configurations"));

        for (var module : sample.at("/expected/desired").properties()) {
            assertThat(hub.desired("line-7/" + module.getKey()))
                    .as(module.getKey())
                    .isEqualTo(module.getValue());
        }
        // the SDK takes the statuses in lower case only, and has none for those that the reference spells
        assertThat(new TwinClient(hub.standIn.serviceConnectionString())
                        .get("line-7", "$edgeAgent")
                        .getConfigurations())
                .containsOnlyKeys("base-plant", "layer-filter", "layer-hot", "layer-below-base");
    }

    @Test
    void check_86_a_layer_that_is_deleted_takes_its_keys_along_and_each_changed_twin_is_bumped_once() throws Exception {
        JsonNode sample = hub.sample();
        hub.awaitStates("line-7", sample.at("/expected/configurations"));

        hub.client.delete("layer-hot");
        hub.awaitStates("line-7", states -> !states.has("layer-hot"));
        hub.awaitDesired("line-7/filter", "{\"TemperatureThreshold\":25}");

        JsonNode filter = hub.desired("line-7/$edgeAgent").at("/modules/filter");
        assertThat(filter.at("/settings/image").asText()).endsWith("temperature-filter:1.0");
        assertThat(filter.at("/env/TemperatureThreshold/value").asText()).isEqualTo("25");
        assertThat(hub.versions("line-7"))
                .isEqualTo(Map.of("$edgeAgent", 3, "$edgeHub", 2, "tempSensor", 2, "filter", 3));

        hub.client.delete("layer-filter");
        hub.awaitDesired("line-7/filter", "{}");

        assertThat(hub.desired("line-7/$edgeAgent").at("/modules").has("filter"))
                .isFalse();
        assertThat(hub.desired("line-7/$edgeHub").path("routes"))
                .isEqualTo(JSON.readTree("{\"upstream\":\"FROM /messages/* INTO $upstream\"}"));
        assertThat(hub.desired("line-7/tempSensor").has("layeredProperties")).isFalse();
        assertThat(hub.versions("line-7"))
                .isEqualTo(Map.of("$edgeAgent", 4, "$edgeHub", 3, "tempSensor", 3, "filter", 4));
    }

    @Test
    void check_87_a_device_that_loses_its_tag_keeps_what_it_has_and_has_no_statuses() throws Exception {
        JsonNode sample = hub.sample();
        hub.client.delete("layer-hot");
        hub.awaitStates("line-7", states -> states.size() == 3 && !states.has("layer-hot"));
        hub.awaitDesired("line-7/filter", "{\"TemperatureThreshold\":25}");
        Map<String, Integer> before = hub.versions("line-7");

        hub.service.patchTags("line-7", "{\"environment\":null}");
        hub.awaitStates("line-7", JSON.createObjectNode());

        assertThat(hub.versions("line-7")).isEqualTo(before);
        assertThat(hub.desired("line-7/$edgeHub").path("routes"))
                .isEqualTo(sample.at("/expected/desired/$edgeHub/routes"));
    }

    @Test
    void check_88_of_bases_with_one_priority_the_newer_wins() throws Exception {
        hub.service.edgeDevice("d");
        hub.create("z-old", 7, "*", BASE.formatted("old"));
        hub.create("a-new", 7, "*", BASE.formatted("new"));

        hub.awaitStates("d", JSON.readTree("{\"a-new\":{\"status\":\"Applied\"},\"z-old\":{\"status\":\"Targeted\"}}"));

        assertThat(hub.desired("d/$edgeAgent").at("/modules/a/version").asText())
                .isEqualTo("new");
    }

    @Test
    void check_89_conditions_are_checked_and_quotes_doubled_and_a_star_is_every_edge_device() throws Exception {
        hub.service.device("plain");
        hub.service.edgeDevice("d");
        hub.service.edgeDevice("e");
        hub.service.patchTags("d", "{\"owner\":\"O'Hara\"}");
        for (String bad : List.of("tags.a = \"b\"", "tags.a = 'b", "tags.a ==", "tag.a = 'b'")) {
            assertThatThrownBy(() -> hub.create("bad", 1, bad, BASE.formatted("1")))
                    .as(bad)
                    .isInstanceOf(IotHubException.class)
                    .hasMessageContaining("targetCondition");
            ObjectNode test = JSON.createObjectNode().put("targetCondition", bad);
            assertThat(hub.service
                            .call("POST", "/configurations/testQueries", test.toString())
                            .require(200)
                            .json()
                            .path("targetConditionError")
                            .asText())
                    .as(bad)
                    .isNotEmpty();
        }
        hub.create("star", 1, "*", BASE.formatted("star"));
        hub.create("quote", 2, "tags.owner = 'O''Hara'", BASE.formatted("quote"));
        hub.create("nobody", 3, "", BASE.formatted("nobody"));

        hub.awaitStates("d", states -> states.size() == 2);
        hub.awaitStates("e", states -> states.size() == 1);

        assertThat(hub.desired("d/$edgeAgent").at("/modules/a/version").asText())
                .isEqualTo("quote");
        assertThat(hub.desired("e/$edgeAgent").at("/modules/a/version").asText())
                .isEqualTo("star");
        assertThat(hub.service.call("GET", "/devices/plain/modules", null).json())
                .isEmpty();
        assertThat(hub.client.get("star").getSystemMetrics().getResults()).containsEntry("targetedCount", 2L);
    }

    @Test
    void check_90_metrics_count_who_is_targeted_and_has_it_and_says_so() throws Exception {
        for (String id : List.of("ok", "failed", "pending", "silent")) {
            hub.service.edgeDevice(id);
        }
        var metrics = new ConfigurationMetrics();
        metrics.setQueries(new HashMap<>(Map.of(
                "fine",
                "SELECT deviceId FROM devices.modules WHERE moduleId = '$edgeAgent'"
                        + " AND properties.reported.lastDesiredStatus.code = 200")));
        Configuration counted = hub.configuration("counted", 1, "deviceId != 'silent'", BASE.formatted("1"));
        counted.setMetrics(metrics);
        hub.client.create(counted);
        for (String id : List.of("ok", "failed", "pending")) {
            hub.awaitStates(id, states -> states.has("counted"));
        }
        hub.report("ok", 2, 200);
        hub.report("failed", 2, 500);
        hub.report("pending", 1, 400);

        Configuration read = hub.client.get("counted");

        assertThat(read.getSystemMetrics().getResults())
                .isEqualTo(Map.of(
                        "targetedCount", 3L,
                        "appliedCount", 3L,
                        "reportedSuccessfulCount", 1L,
                        "reportedFailedCount", 1L));
        assertThat(read.getMetrics().getResults()).isEqualTo(Map.of("fine", 1L));
        for (var query : read.getSystemMetrics().getQueries().entrySet()) {
            assertThat(hub.rows(query.getValue()))
                    .as(query.getKey())
                    .isEqualTo(read.getSystemMetrics().getResults().get(query.getKey()));
        }
    }

    @Test
    void check_91_a_stale_etag_is_refused_and_content_never_changes() throws Exception {
        hub.service.edgeDevice("d");
        hub.create(
                "c", 1, "*", "{\"modulesContent\":{\"$edgeAgent\":{\"properties.desired\":{\"modules\":{},\"n\":5}}}}");
        hub.awaitStates("d", states -> states.has("c"));
        String stale = hub.client.get("c").getEtag();

        Configuration changed = hub.client.get("c"); // with 5.0 where 5 was
        changed.setPriority(9);
        hub.client.replace(changed);

        assertThat(hub.client.get("c").getPriority()).isEqualTo(9);
        ObjectNode body = (ObjectNode)
                hub.service.call("GET", "/configurations/c", null).require(200).json();
        hub.service
                .call("PUT", "/configurations/c", body.toString(), '"' + stale + '"')
                .require(412);
        ((ObjectNode) body.at("/content/modulesContent/$edgeAgent/properties.desired")).put("n", 6);
        Answer refused = hub.service.call("PUT", "/configurations/c", body.toString(), "*");
        assertThat(refused.status()).as("%s", refused).isEqualTo(400);
        assertThat(refused.json().path("Message").asText()).contains("content never changes");
        assertThat(hub.desired("d/$edgeAgent").path("n").asInt()).isEqualTo(5);
        assertThat(hub.versions("d")).containsEntry("$edgeAgent", 2);
    }

    @Test
    void a_killed_stand_in_knows_its_configurations_and_goes_on_with_them() throws Exception {
        hub.service.edgeDevice("d");
        hub.create("c", 1, "*", BASE.formatted("1"));

        hub.standIn.kill();
        hub.standIn.restart();

        hub.awaitStates("d", states -> states.has("c"));
        hub.service.edgeDevice("later");
        hub.awaitStates("later", states -> states.has("c"));
        assertThat(hub.desired("later/$edgeAgent").at("/modules/a/version").asText())
                .isEqualTo("1");
    }

    @Test
    void the_node_sdk_has_configurations_and_queries_too() throws Exception {
        hub.service.edgeDevice("d");
        var command = List.of(
                "node", "--require", "./hosts.js", "deployments.js", hub.standIn.serviceConnectionString(), "d");
        var environment = Map.of(
                "KANT_HOSTS",
                DeploymentHub.NAME + "=" + DeploymentHub.ADDRESS,
                "NODE_EXTRA_CA_CERTS",
                hub.standIn.caFile());

        try (var node =
                KantCommand.program(KantCommand.repository().resolve("conformance/node"), environment, command)) {
            assertThat(node.await(DeploymentHub.SOON).lines())
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
        hub.service.edgeDevice("d");
        Path manifest = Files.writeString(folder.resolve("base.json"), BASE.formatted("1"));

        hub.kant("create", "base", manifest.toString(), "--target", "tags.site = 'north'", "--priority", "3");
        hub.kant("update", "base", "--target", "deviceId = 'd'", "--label", "by=me");
        hub.awaitStates("d", states -> states.has("base"));

        assertThat(hub.kant("list").output()).contains("base", "3", "applied 1", "deviceId = 'd'");
        assertThat(hub.kant("show", "base", "--json").json().at("/labels/by").asText())
                .isEqualTo("me");
        hub.kant("delete", "base");
        assertThat(hub.kant("list").output()).isEmpty();
    }
}
