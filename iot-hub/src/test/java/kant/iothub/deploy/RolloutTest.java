package kant.iothub.deploy;

import static kant.iothub.fixture.Parts.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import kant.iothub.fixture.Parts;
import kant.iothub.json.Json;
import kant.iothub.query.QueryParser;
import kant.iothub.registry.DeviceJson;
import kant.iothub.registry.IfMatch;
import kant.iothub.registry.ModuleDraft;
import kant.iothub.twin.TwinChange;
import kant.model.identity.IdentityId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutTest {
    private static final String BASE = "'$edgeAgent':{'properties.desired':{'modules':{'a':{'v':1}}}}";
    private static final Path SAMPLE = Path.of("../model/src/test/resources/manifests/06-layered.json");

    @TempDir
    private Path directory;

    private Parts parts;

    @BeforeEach
    void start() throws Exception {
        parts = new Parts(directory);
        device("line-7", "{'environment':'prod','filter':true}");
    }

    @AfterEach
    void stop() throws Exception {
        parts.close();
    }

    @Test
    void the_reference_sample_gives_what_it_expects_in_any_order_of_creation() throws Exception {
        ObjectNode sample = Json.stored(Files.readString(SAMPLE));
        for (int i = 3; i >= 0; i--) {
            ObjectNode configuration =
                    (ObjectNode) sample.path("configurations").get(i);
            parts.configurations.put(configuration.path("id").asText(), new IfMatch.Absent(), configuration);
        }
        parts.tasks.run();

        for (var expected : sample.at("/expected/desired").properties()) {
            assertThat(desired(expected.getKey())).isEqualTo(expected.getValue());
            assertThat(parts.twins.properties(module(expected.getKey())).desiredVersion())
                    .isEqualTo(2);
        }
        assertThat(states()).isEqualTo(sample.at("/expected/configurations"));
    }

    @Test
    void each_change_bumps_only_the_twins_that_change_and_the_same_again_none() throws Exception {
        create("base", 1, "*", BASE + ",'a':{'properties.desired':{'x':1}}");
        create("layer", 2, "*", "'a':{'properties.desired.y':2},'$edgeAgent':{'properties.desired.modules.b':{}}");
        parts.tasks.run();
        assertThat(desired("a")).isEqualTo(json("{'x':1,'y':2}"));
        parts.told.lines.clear();

        patchTags("{'unrelated':1}");
        parts.tasks.run();
        assertThat(parts.told.lines).isEmpty();

        parts.configurations.delete("layer", new IfMatch.Absent());
        parts.tasks.run();

        assertThat(parts.told.lines)
                .containsExactlyInAnyOrder(
                        "desired line-7/$edgeAgent {\"modules\":{\"b\":null}} v3", "desired line-7/a {\"y\":null} v3");
        assertThat(states()).isEqualTo(json("{'base':{'status':'Applied'}}"));
    }

    @Test
    void a_module_that_no_layer_names_any_more_keeps_nothing_of_it() throws Exception {
        create("base", 1, "*", BASE);
        create("layer", 2, "*", "'a':{'properties.desired.y':2}");
        parts.tasks.run();
        assertThat(desired("a")).isEqualTo(json("{'y':2}"));

        parts.configurations.delete("layer", new IfMatch.Absent());
        parts.tasks.run();

        assertThat(desired("a")).isEqualTo(json("{}"));
    }

    @Test
    void a_device_that_is_no_target_any_more_keeps_what_it_has_and_gets_it_anew_when_it_is_again() throws Exception {
        create("base", 1, "tags.environment = `prod`", BASE);
        parts.tasks.run();

        patchTags("{'environment':'test'}");
        parts.tasks.run();

        assertThat(desired("$edgeAgent")).isEqualTo(json("{'modules':{'a':{'v':1}}}"));
        assertThat(states()).isEqualTo(json("{}"));

        deploy("{'modulesContent':{'$edgeAgent':{'properties.desired':{'modules':{}}}}}");
        patchTags("{'environment':'prod'}");
        parts.tasks.run();

        assertThat(desired("$edgeAgent")).isEqualTo(json("{'modules':{'a':{'v':1}}}"));
        assertThat(states()).isEqualTo(json("{'base':{'status':'Applied'}}"));
    }

    @Test
    void the_next_best_base_takes_over() throws Exception {
        create("low", 1, "*", BASE);
        create("high", 2, "*", BASE.replace("'v':1", "'v':2"));
        create("layer", 2, "*", "'a':{'properties.desired.y':2}");
        parts.tasks.run();
        assertThat(states())
                .isEqualTo(json(
                        "{'high':{'status':'Applied'},'layer':{'status':'Targeted'},'low':{'status':'Targeted'}}"));

        parts.configurations.delete("high", new IfMatch.Absent());
        parts.tasks.run();

        assertThat(desired("$edgeAgent").at("/modules/a/v").asInt()).isEqualTo(1);
        assertThat(desired("a")).isEqualTo(json("{'y':2}"));
    }

    @Test
    void a_device_created_later_and_one_whose_condition_changes_are_targets_like_all() throws Exception {
        create("base", 1, "deviceId = `late`", BASE);
        parts.tasks.run();
        assertThat(states()).isEqualTo(json("{}"));

        device("late", "{}");
        parts.tasks.run();
        assertThat(parts.twins
                        .properties(IdentityId.module("late", "$edgeAgent"))
                        .desiredVersion())
                .isEqualTo(2);

        parts.configurations.put(
                "base", new IfMatch.Any(), json("{'priority':1,'targetCondition':'deviceId = `line-7`'}"));
        parts.tasks.run();
        assertThat(states()).isEqualTo(json("{'base':{'status':'Applied'}}"));
    }

    @Test
    void devices_that_are_no_edge_devices_are_left_alone() throws Exception {
        parts.registry.putDevice("plain", new IfMatch.Absent(), DeviceJson.draft("plain", json("{}")));
        create("base", 1, "*", BASE);

        parts.tasks.run();

        assertThat(parts.registry.modules("plain")).isEmpty();
    }

    @Test
    void a_deployment_to_one_device_that_is_a_target_is_overwritten() throws Exception {
        create("base", 1, "*", BASE);
        parts.tasks.run();

        deploy("{'modulesContent':{'$edgeAgent':{'properties.desired':{'modules':{'own':{}}}}}}");
        assertThat(desired("$edgeAgent")).isEqualTo(json("{'modules':{'own':{}}}"));
        parts.tasks.run();

        assertThat(desired("$edgeAgent")).isEqualTo(json("{'modules':{'a':{'v':1}}}"));
    }

    @Test
    void a_module_that_is_deleted_and_created_again_gets_what_is_meant_for_it() throws Exception {
        create("base", 1, "*", BASE + ",'a':{'properties.desired':{'x':1}}");
        parts.tasks.run();
        parts.registry.deleteModule(module("a"), new IfMatch.Any());
        parts.tasks.run();

        parts.registry.putModule(module("a"), new IfMatch.Absent(), ModuleDraft.pending());
        parts.tasks.run();

        assertThat(desired("a")).isEqualTo(json("{'x':1}"));
    }

    @Test
    void what_one_device_cannot_take_is_no_matter_to_the_others_and_changes_nothing_there() throws Exception {
        device("full", "{}");
        for (int i = 0; i < 48; i++) {
            parts.registry.putModule(IdentityId.module("full", "m" + i), new IfMatch.Absent(), ModuleDraft.pending());
        }
        create("base", 1, "*", BASE);

        parts.tasks.run();

        assertThat(parts.twins
                        .properties(IdentityId.module("full", "$edgeAgent"))
                        .desiredVersion())
                .isEqualTo(1);
        assertThat(twin("full", "$edgeAgent").path("configurations")).isEqualTo(json("{'base':{'status':'Targeted'}}"));
        assertThat(states()).isEqualTo(json("{'base':{'status':'Applied'}}"));
    }

    @Test
    void layers_that_are_too_large_together_are_not_applied() throws Exception {
        String large = "x".repeat(4000);
        create("base", 1, "*", BASE);
        for (int i = 0; i < 9; i++) {
            create("layer" + i, 2 + i, "*", "'a':{'properties.desired.p" + i + "':'" + large + "'}");
        }

        parts.tasks.run();

        assertThat(states()).hasSize(10);
        assertThat(states().toString()).doesNotContain("Applied");
    }

    @Test
    void what_was_noted_before_the_hub_ended_is_evaluated_by_the_next() throws Exception {
        create("base", 1, "*", BASE);
        parts.close();

        parts = new Parts(directory);
        parts.tasks.run();

        assertThat(states()).isEqualTo(json("{'base':{'status':'Applied'}}"));
    }

    @Test
    void metrics_count_who_was_targeted_applied_succeeded_and_failed() throws Exception {
        for (String id : new String[] {"ok", "failed", "pending", "silent"}) {
            device(id, "{}");
        }
        create("base", 1, "*", BASE);
        parts.configurations.put("counted", new IfMatch.Absent(), json("""
                {'priority':0,'targetCondition':'*','content':{'modulesContent':{%s}},'metrics':{'queries':{
                 'good':'SELECT deviceId FROM devices.modules WHERE moduleId = `$edgeAgent` AND \
                properties.reported.lastDesiredStatus.code = 200',
                 'all':'SELECT * FROM devices'}}}""".formatted(BASE)));
        parts.tasks.run();
        report("ok", "{'lastDesiredVersion':2,'lastDesiredStatus':{'code':200}}");
        report("failed", "{'lastDesiredVersion':2,'lastDesiredStatus':{'code':500}}");
        report("pending", "{'lastDesiredVersion':1,'lastDesiredStatus':{'code':400}}");

        ConfigurationMetrics.Results counted = parts.metrics.of(parts.configurations.get("counted"));
        ConfigurationMetrics.Results base = parts.metrics.of(parts.configurations.get("base"));

        assertThat(base.system())
                .containsEntry("targetedCount", 5L)
                .containsEntry("appliedCount", 5L)
                .containsEntry("reportedSuccessfulCount", 1L)
                .containsEntry("reportedFailedCount", 1L);
        assertThat(counted.system()).containsEntry("targetedCount", 5L).containsEntry("appliedCount", 0L);
        assertThat(counted.custom()).containsEntry("good", 1L).containsEntry("all", 5L);
        var queries = SystemQueries.of(parts.configurations.get("base"));
        for (var metric : base.system().entrySet()) {
            assertThat(parts.search.count(QueryParser.query(queries.get(metric.getKey()))))
                    .as(metric.getKey())
                    .isEqualTo(metric.getValue());
        }
    }

    @Test
    void a_rollout_that_takes_long_goes_on_in_another_transaction() throws Exception {
        for (int i = 0; i < 250; i++) {
            device("d" + i, "{}");
        }
        parts.tasks.run();
        create("base", 1, "*", BASE);

        parts.tasks.run();

        assertThat(parts.metrics.of(parts.configurations.get("base")).system()).containsEntry("appliedCount", 251L);
    }

    private void device(String id, String tags) throws Exception {
        parts.registry.putDevice(
                id, new IfMatch.Absent(), DeviceJson.draft(id, json("{'capabilities':{'iotEdge':true}}")));
        parts.twins.patch(IdentityId.device(id), new IfMatch.Absent(), TwinChange.parse(json("{'tags':" + tags + "}")));
    }

    private void patchTags(String tags) throws Exception {
        parts.twins.patch(
                IdentityId.device("line-7"), new IfMatch.Absent(), TwinChange.parse(json("{'tags':" + tags + "}")));
    }

    private void create(String id, int priority, String target, String modules) throws Exception {
        parts.time.pass(Duration.ofSeconds(1));
        parts.configurations.put(
                id,
                new IfMatch.Absent(),
                json("{'priority':%d,'targetCondition':'%s','content':{'modulesContent':{%s}}}"
                        .formatted(priority, target, modules)));
    }

    private void deploy(String content) throws Exception {
        parts.deployer.apply("line-7", ConfigurationContent.parse(json(content)));
    }

    private void report(String device, String reported) throws Exception {
        parts.twins.report(IdentityId.module(device, "$edgeAgent"), json(reported));
    }

    private static IdentityId module(String id) {
        return IdentityId.module("line-7", id);
    }

    private ObjectNode desired(String module) throws Exception {
        return parts.twins.properties(module(module)).desired();
    }

    private JsonNode states() throws Exception {
        return twin("line-7", "$edgeAgent").path("configurations");
    }

    private ObjectNode twin(String device, String module) throws Exception {
        return parts.twins
                .view(IdentityId.module(device, module))
                .json(
                        new kant.iothub.registry.Presence.Facts(
                                false, java.time.Instant.EPOCH, java.time.Instant.EPOCH),
                        0);
    }
}
