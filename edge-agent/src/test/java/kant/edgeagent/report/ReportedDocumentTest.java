package kant.edgeagent.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.plan.Labels;
import kant.edgeagent.plan.Memories;
import kant.edgeagent.plan.ModuleMemory;
import kant.edgeagent.plan.Supervision;
import kant.edgeagent.plan.SupervisionRules;
import kant.edgeagent.run.ModuleDaemon.Platform;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.ManifestParser;
import kant.model.deployment.ParsedManifest;
import kant.model.deployment.RuntimeStatus;
import org.junit.jupiter.api.Test;

/** The shape of reference/agent.md §2.1. */
class ReportedDocumentTest {
    private static final Instant START = Instant.parse("2026-08-21T10:00:00.123456789Z");
    private static final Instant EXIT = Instant.parse("2026-08-21T09:59:00Z");

    private static final String DESIRED = """
            {"schemaVersion":"1.1",
             "runtime":{"type":"docker","settings":{"minDockerVersion":"v1.25","loggingOptions":"",
               "registryCredentials":{"acr":{"address":"r","username":"u","password":"p"}}}},
             "systemModules":{"edgeAgent":{"type":"docker","settings":{"image":"a/agent:1"}},
               "edgeHub":{"type":"docker","status":"running","settings":{"image":"a/hub:1"}}},
             "modules":{"sensor":{"version":"1.0","type":"docker","status":"running","restartPolicy":"always",
               "startupOrder":1,"env":{"K":{"value":"v"}},
               "settings":{"image":"a/sensor:2","digest":"sha256:9","createOptions":"{\\"a\\":\\"%s\\"}"}}}}
            """.formatted("x".repeat(600));

    @Test
    void the_whole_document() throws Exception {
        ObjectNode document = document(false).of(view());

        assertThat(document.get("modules")).isEqualTo(json("""
                {"sensor":{"type":"docker","version":"1.0","status":"running","restartPolicy":"always",
                  "imagePullPolicy":"on-create","startupOrder":1,"env":{"K":{"value":"v"}},
                  "settings":{"image":"a/sensor:1","imageHash":"sha256:1","digest":"sha256:9",
                    "createOptions":"{\\"a\\":\\"%s","createOptions01":"%s\\"}"},
                  "exitCode":3,"lastStartTimeUtc":"2026-08-21T10:00:00.123456Z","lastExitTimeUtc":"2026-08-21T09:59:00Z",
                  "restartCount":2,"lastRestartTimeUtc":"2026-08-21T10:00:00.123456Z","runtimeStatus":"running"}}
                """.formatted("x".repeat(506), "x".repeat(94))));
        assertThat(document.at("/systemModules/edgeHub")).isEqualTo(json("""
                {"type":"docker","status":"running","restartPolicy":"always","imagePullPolicy":"on-create","env":{},
                 "settings":{"image":"a/hub:1","createOptions":"{}"},
                 "exitCode":0,"lastStartTimeUtc":"0001-01-01T00:00:00Z","lastExitTimeUtc":"0001-01-01T00:00:00Z",
                 "restartCount":0,"lastRestartTimeUtc":"0001-01-01T00:00:00Z","runtimeStatus":"stopped"}
                """));
        assertThat(document.at("/systemModules/edgeAgent")).isEqualTo(json("""
                {"type":"docker","startupOrder":0,"imagePullPolicy":"on-create","env":{"E":{"value":"1"}},
                 "exitCode":0,"lastStartTimeUtc":"2026-08-21T10:00:00.123456Z",
                 "lastExitTimeUtc":"0001-01-01T00:00:00Z","runtimeStatus":"running",
                 "settings":{"image":"a/agent:1",
                   "createOptions":"{\\"Labels\\":{\\"net.azure-devices.edge.env\\":\\"{\\\\\\"E\\\\\\":{\\\\\\"value\\\\\\":\\\\\\"1\\\\\\"}}\\"}}"}}
                """));
        document.remove(List.of("modules", "systemModules"));
        assertThat(document).isEqualTo(json("""
                {"schemaVersion":"1.0","version":{"version":"0.1.0","build":"","commit":""},
                 "lastDesiredVersion":11,"lastDesiredStatus":{"code":200,"description":""},
                 "runtime":{"type":"docker",
                   "settings":{"minDockerVersion":"v1.25","loggingOptions":"",
                     "registryCredentials":{"acr":{"address":"r","username":"u","password":"p"}}},
                   "platform":{"os":"Linux","architecture":"x86_64","version":"0.1.0"}}}
                """));
    }

    @Test
    void passwords_can_be_left_out() {
        assertThat(document(true).of(view()).toString()).doesNotContain("\"p\"").contains("<redacted>");
    }

    @Test
    void a_module_on_its_way_out_is_told_as_far_as_it_is_known() {
        CurrentModule stray = module("stray", "x/y:1", Map.of(), RuntimeStatus.RUNNING, START, null);
        var view = new DeviceView(
                1, DesiredStatus.OK, null, Map.of("stray", stray), Memories.none(), Map.of(), Set.of(), null);

        JsonNode module = document(false).of(view).at("/modules/stray");

        assertThat(module.get("status").asText()).isEqualTo("unknown");
        assertThat(module.get("runtimeStatus").asText()).isEqualTo("running");
        assertThat(module.at("/settings/image").asText()).isEqualTo("x/y:1");
    }

    @Test
    void a_module_whose_image_is_fetched_is_downloading_and_one_that_is_there_stays_as_it_is() {
        DeviceView now = view();
        ObjectNode fresh = document(false)
                .of(new DeviceView(
                        11, now.status(), manifest(), Map.of(), Memories.none(), Map.of(), Set.of("sensor"), null));
        assertThat(fresh.at("/modules/sensor/runtimeStatus").asText()).isEqualTo("downloading");

        CurrentModule running =
                new CurrentModule("sensor", "x/y:1", null, Map.of(), RuntimeStatus.RUNNING, START, null, null);
        ObjectNode update = document(false)
                .of(new DeviceView(
                        11,
                        now.status(),
                        manifest(),
                        Map.of("sensor", running),
                        Memories.none(),
                        Map.of(),
                        Set.of("sensor"),
                        null));
        assertThat(update.at("/modules/sensor/runtimeStatus").asText()).isEqualTo("running");
        assertThat(update.at("/modules/sensor/statusDescription").asText()).isEqualTo("its image is being fetched");
    }

    @Test
    void several_failures_are_told_as_the_original_does_and_long_texts_are_cut() {
        assertThat(DesiredStatus.failed(List.of("a")).description()).isEqualTo("a");
        assertThat(DesiredStatus.failed(List.of("a", "b")).description())
                .isEqualTo("One or more errors occurred. (a) (b)");
        assertThat(DesiredStatus.failed(List.of("x".repeat(9999))).description())
                .hasSizeLessThan(2100);
    }

    private static ReportedDocument document(boolean mask) {
        return new ReportedDocument(new Supervision(SupervisionRules.DEFAULT), "0.1.0", mask);
    }

    private static DeviceView view() {
        Map<String, CurrentModule> current = Map.of(
                "sensor",
                module("sensor", "a/sensor:1", Map.of(), RuntimeStatus.RUNNING, START, new CurrentModule.Exit(3, EXIT)),
                "edgeHub",
                new CurrentModule("edgeHub", "a/hub:1", null, Map.of(), RuntimeStatus.STOPPED, null, null, null),
                "edgeAgent",
                new CurrentModule(
                        "edgeAgent",
                        "a/agent:1",
                        null,
                        Map.of(Labels.ENV, "{\"E\":{\"value\":\"1\"}}"),
                        RuntimeStatus.RUNNING,
                        START,
                        null,
                        null));
        return new DeviceView(
                11,
                DesiredStatus.OK,
                manifest(),
                current,
                new Memories(Map.of("sensor", new ModuleMemory(2, START, RuntimeStatus.RUNNING))),
                Map.of(),
                Set.of(),
                new Platform("Linux", "x86_64", "0.1.0"));
    }

    private static CurrentModule module(
            String name,
            String image,
            Map<String, String> labels,
            RuntimeStatus status,
            Instant start,
            CurrentModule.Exit exit) {
        return new CurrentModule(name, image, "sha256:1", labels, status, start, exit, null);
    }

    private static DeploymentManifest manifest() {
        return switch (ManifestParser.parse(json(DESIRED))) {
            case ParsedManifest.Accepted(var manifest, var _) -> manifest;
            case ParsedManifest.Refused(var refusal) -> throw new AssertionError(refusal.text());
        };
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
