package kant.edgeagent;

import static kant.edgeagent.AgentSim.json;
import static kant.edgeagent.AgentSim.manifest;
import static kant.edgeagent.AgentSim.module;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kant.edgeagent.plan.PullOrder;
import kant.model.deployment.RuntimeStatus;
import org.junit.jupiter.api.Test;

/** The agent as a whole in virtual time; numbers are those of the checklist in reference/agent.md §12. */
class ReconcilerTest {
    private static final Duration SOON = Duration.ofSeconds(6);

    private final AgentSim sim = new AgentSim();

    @Test
    void check_1_an_empty_twin_is_417_and_touches_nothing() {
        sim.hub.connect();

        sim.pass();

        assertThat(sim.code()).isEqualTo(417);
        assertThat(sim.description())
                .isEqualTo(
                        "This device has an empty configuration for the edge agent. Please set a deployment manifest.");
        assertThat(sim.daemon.calls()).isEmpty();
        assertThat(sim.reported("/lastDesiredVersion").asInt()).isZero();
        assertThat(sim.reported("/runtime/Type").asText()).isEqualTo("Unknown");
        assertThat(sim.reported("/runtime/platform/os").asText()).isEqualTo("Linux");
        assertThat(sim.reported("/systemModules/edgeAgent/runtimeStatus").asText())
                .isEqualTo("running");
    }

    @Test
    void check_2_and_35_the_first_pass_runs_the_whole_deployment_and_reports_it() {
        sim.hub.deploy(manifest(module("m", "a/m:1", "")));
        sim.hub.connect();

        sim.pass();

        assertThat(sim.daemon.calls())
                .containsExactly(
                        "createIdentity $edgeHub",
                        "pull edgeHub",
                        "create edgeHub",
                        "start edgeHub",
                        "createIdentity m",
                        "pull m",
                        "create m",
                        "start m");
        assertThat(sim.code()).isEqualTo(200);
        assertThat(sim.reported("/lastDesiredVersion").asLong()).isEqualTo(sim.hub.desiredVersion());
        assertThat(sim.reported("/modules/m/runtimeStatus").asText()).isEqualTo("running");
        assertThat(sim.reported("/systemModules/edgeHub/runtimeStatus").asText())
                .isEqualTo("running");
        assertThat(sim.hub.patches()).hasSize(2);
        assertThat(sim.hub.patches().getFirst().at("/modules/m/runtimeStatus").asText())
                .isEqualTo("downloading");
        assertThat(sim.hub.patches().getFirst().has("lastDesiredStatus")).isFalse();
    }

    @Test
    void check_21_and_39_what_does_not_change_is_neither_touched_nor_reported() {
        deployed(module("m", "a/m:1", ""));
        int patches = sim.hub.patches().size();

        sim.run(Duration.ofMinutes(1));
        assertThat(sim.hub.patches()).hasSize(patches);

        sim.hub.change(json("{}"));
        sim.run(SOON);
        assertThat(sim.daemon.calls()).isEmpty();
        assertThat(sim.hub.patches().getLast().toString())
                .isEqualTo("{\"lastDesiredVersion\":" + sim.hub.desiredVersion() + "}");
    }

    @Test
    void check_36_and_37_a_changed_spec_recreates_the_module() {
        deployed(module("m", "a/m:1", ""));

        for (String members : List.of("\"env\":{\"A\":{\"value\":1}}", "\"version\":\"2\"", "\"startupOrder\":7")) {
            sim.hub.deploy(manifest(module("m", "a/m:1", members)));
            sim.pass();

            assertThat(sim.daemon.calls())
                    .containsExactly("updateIdentity m", "pull m", "stop m", "update m", "start m");
        }
    }

    @Test
    void check_38_a_changed_status_only_stops_and_starts() {
        deployed(module("m", "a/m:1", ""));

        sim.hub.change(json("{\"modules\":{\"m\":{\"status\":\"stopped\"}}}"));
        sim.pass();
        assertThat(sim.daemon.calls()).containsExactly("stop m");

        sim.hub.change(json("{\"modules\":{\"m\":{\"status\":\"running\"}}}"));
        sim.pass();
        assertThat(sim.daemon.calls()).containsExactly("start m");
        assertThat(sim.reported("/modules/m/restartCount").asInt()).isZero();
    }

    @Test
    void check_22_a_removed_module_is_gone_with_its_identity_and_its_report() {
        deployed(module("m", "a/m:1", ""));

        sim.hub.change(json("{\"modules\":{\"m\":null}}"));
        sim.pass();

        assertThat(sim.daemon.calls()).containsExactly("stop m", "remove m", "deleteIdentity m");
        assertThat(sim.reported("/modules").has("m")).isFalse();
        assertThat(sim.code()).isEqualTo(200);
    }

    @Test
    void check_41_a_crash_loop_is_restarted_after_10_20_40_80_160_300_300_seconds() {
        deployed(module("m", "a/m:1", ""));
        List<Long> waits = new ArrayList<>();

        for (int i = 0; i < 7; i++) {
            sim.daemon.exits("m", 3);
            Instant exit = sim.time.now();
            do {
                sim.pass();
                sim.time.advance(sim.reconciler.nextLook());
            } while (sim.daemon.module("m").status() != RuntimeStatus.RUNNING);
            waits.add(Duration.between(exit, sim.daemon.module("m").startTime()).toSeconds());
        }

        assertThat(waits).containsExactly(10L, 20L, 40L, 80L, 160L, 300L, 300L);
        assertThat(sim.reported("/modules/m/restartCount").asInt()).isEqualTo(7);
    }

    @Test
    void check_24_and_40_a_crash_is_reported_as_backoff_with_its_exit_code() {
        deployed(module("m", "a/m:1", ""));

        sim.daemon.exits("m", 3);
        sim.pass();

        assertThat(sim.reported("/modules/m/runtimeStatus").asText()).isEqualTo("backoff");
        assertThat(sim.reported("/modules/m/exitCode").asInt()).isEqualTo(3);
        assertThat(sim.reported("/modules/m/lastExitTimeUtc").asText())
                .isEqualTo(sim.time.now().toString());
        assertThat(sim.code()).isEqualTo(200);
    }

    @Test
    void check_42_after_20_restarts_it_stays_failed_until_the_manifest_changes() {
        deployed(module("m", "a/m:1", ""));
        for (int i = 0; i < 20; i++) {
            sim.daemon.exits("m", 3);
            sim.run(Duration.ofSeconds(306));
            assertThat(sim.daemon.module("m").status()).isEqualTo(RuntimeStatus.RUNNING);
        }
        sim.daemon.exits("m", 3);
        sim.run(Duration.ofHours(1));
        assertThat(sim.reported("/modules/m/runtimeStatus").asText()).isEqualTo("failed");

        sim.hub.deploy(manifest(module("m", "a/m:1", "\"version\":\"2\"")));
        sim.pass();

        assertThat(sim.daemon.module("m").status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(sim.reported("/modules/m/restartCount").asInt()).isZero();
    }

    @Test
    void check_43_ten_healthy_minutes_are_a_new_beginning() {
        deployed(module("m", "a/m:1", ""));
        sim.daemon.exits("m", 3);
        sim.run(Duration.ofSeconds(20));
        assertThat(sim.reported("/modules/m/restartCount").asInt()).isEqualTo(1);

        sim.run(Duration.ofMinutes(10).plusSeconds(10));

        assertThat(sim.reported("/modules/m/restartCount").asInt()).isZero();
    }

    @Test
    void check_48_and_49_vanished_modules_come_back_and_strangers_go() {
        deployed(module("m", "a/m:1", ""));
        sim.daemon.vanishes("m");
        sim.daemon.stranger("x");

        sim.run(SOON);

        assertThat(sim.daemon.calls())
                .containsExactly("stop x", "remove x", "updateIdentity m", "pull m", "create m", "start m");
    }

    @Test
    void check_52_a_missing_image_is_reported_and_holds_up_nobody() {
        sim.daemon.missing("a/bad:1");
        sim.hub.deploy(manifest(module("bad", "a/bad:1", "\"startupOrder\":1") + "," + module("good", "a/good:1", "")));
        sim.hub.connect();

        sim.pass();

        assertThat(sim.code()).isEqualTo(500);
        assertThat(sim.description())
                .isEqualTo("Error calling prepare update for module bad: image a/bad:1 does not exist");
        assertThat(sim.reported("/lastDesiredVersion").asLong()).isEqualTo(sim.hub.desiredVersion());
        assertThat(sim.reported("/modules/bad/runtimeStatus").asText()).isEqualTo("backoff");
        assertThat(sim.reported("/modules/bad/statusDescription").asText()).contains("a/bad:1 does not exist");
        assertThat(sim.reported("/modules/good/runtimeStatus").asText()).isEqualTo("running");
    }

    @Test
    void check_52_a_failed_step_is_tried_after_20_40_80_seconds_and_500_stays_meanwhile() {
        sim.daemon.missing("a/bad:1");
        sim.hub.deploy(manifest(module("bad", "a/bad:1", "")));
        sim.hub.connect();
        sim.pass();
        sim.daemon.calls();

        List<Long> tries = new ArrayList<>();
        Instant began = sim.time.now();
        for (int second = 0; second < 200; second++) {
            sim.time.advance(Duration.ofSeconds(1));
            sim.pass();
            if (sim.daemon.calls().contains("pull bad")) {
                tries.add(Duration.between(began, sim.time.now()).toSeconds());
            }
            assertThat(sim.code()).isEqualTo(500);
        }
        assertThat(tries).containsExactly(21L, 62L, 143L);

        sim.daemon.found("a/bad:1");
        sim.run(Duration.ofSeconds(170));
        assertThat(sim.code()).isEqualTo(200);
        assertThat(sim.reported("/modules/bad/runtimeStatus").asText()).isEqualTo("running");
        assertThat(sim.reported("/modules/bad").has("statusDescription")).isFalse();
    }

    @Test
    void check_55_after_20_failures_it_waits_for_another_manifest() {
        sim.daemon.missing("a/bad:1");
        sim.hub.deploy(manifest(module("bad", "a/bad:1", "")));
        sim.hub.connect();
        sim.run(Duration.ofHours(3));
        assertThat(sim.reported("/modules/bad/runtimeStatus").asText()).isEqualTo("failed");
        assertThat(sim.code()).isEqualTo(500);
        sim.daemon.calls();

        sim.run(Duration.ofHours(1));
        assertThat(sim.daemon.calls()).noneMatch(c -> c.startsWith("pull"));

        sim.hub.change(json("{}"));
        sim.pass();
        assertThat(sim.daemon.calls()).contains("pull bad");
    }

    @Test
    void check_53_where_all_pulls_are_waited_for_one_missing_image_stops_the_plan() {
        var waiting = new AgentSim(PullOrder.WAIT_FOR_ALL_PULLS);
        waiting.daemon.missing("a/bad:1");
        waiting.hub.deploy(manifest(module("bad", "a/bad:1", "") + "," + module("good", "a/good:1", "")));
        waiting.hub.connect();

        waiting.pass();

        assertThat(waiting.daemon.calls()).noneMatch(c -> c.startsWith("create "));
        assertThat(waiting.code()).isEqualTo(500);
        assertThat(waiting.description()).startsWith("Failed to execute ExecutionPrerequisite command");
    }

    @Test
    void check_18_a_bad_manifest_keeps_the_modules_and_their_supervision() {
        deployed(module("m", "a/m:1", ""));
        long good = sim.hub.desiredVersion();

        sim.hub.change(json("{\"modules\":{\"m\":{\"status\":\"asleep\"}}}"));
        sim.pass();

        assertThat(sim.daemon.calls()).isEmpty();
        assertThat(sim.code()).isEqualTo(400);
        assertThat(sim.description())
                .startsWith("Agent configuration format is invalid.")
                .contains("/modules/m/status");
        assertThat(sim.reported("/lastDesiredVersion").asLong()).isEqualTo(good);

        sim.daemon.exits("m", 3);
        sim.run(Duration.ofSeconds(12));
        assertThat(sim.daemon.module("m").status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(sim.code()).isEqualTo(400);

        sim.hub.change(json("{\"modules\":{\"m\":{\"status\":\"running\"}}}"));
        sim.pass();
        assertThat(sim.code()).isEqualTo(200);
    }

    @Test
    void check_3_an_unknown_schema_is_412_also_for_an_agent_that_just_started() {
        deployed(module("m", "a/m:1", ""));
        long good = sim.hub.desiredVersion();
        sim.hub.change(json("{\"schemaVersion\":\"2.0\"}"));
        sim.restartAgent();
        sim.daemon.vanishes("m");

        sim.pass();

        assertThat(sim.code()).isEqualTo(412);
        assertThat(sim.reported("/lastDesiredVersion").asLong()).isEqualTo(good);
        assertThat(sim.daemon.module("m")).isNotNull();
    }

    @Test
    void check_19_and_32_a_dead_daemon_is_500_and_the_last_known_modules_stay_reported() {
        deployed(module("m", "a/m:1", ""));

        sim.daemon.dead(true);
        sim.pass();
        assertThat(sim.code()).isEqualTo(500);
        assertThat(sim.description()).isEqualTo("Error calling List modules: connection refused");
        assertThat(sim.reported("/modules/m/runtimeStatus").asText()).isEqualTo("running");

        sim.hub.change(json("{\"schemaVersion\":\"2.0\"}"));
        sim.pass();
        assertThat(sim.code()).isEqualTo(500);
        assertThat(sim.description()).startsWith("One or more errors occurred. (The desired properties schema");

        sim.daemon.dead(false);
        sim.hub.change(json("{\"schemaVersion\":\"1.1\"}"));
        sim.pass();
        assertThat(sim.code()).isEqualTo(200);
    }

    @Test
    void an_unknown_module_is_left_alone_and_told() {
        deployed(module("m", "a/m:1", "") + "," + module("n", "a/n:1", ""));
        sim.daemon.says("m", RuntimeStatus.UNKNOWN);
        sim.daemon.vanishes("n");

        sim.pass();

        assertThat(sim.code()).isEqualTo(500);
        assertThat(sim.description()).contains("module m");
        assertThat(sim.reported("/modules/n/runtimeStatus").asText()).isEqualTo("running");
        assertThat(sim.daemon.calls()).noneMatch(c -> c.endsWith(" m"));
    }

    @Test
    void check_60_an_agent_that_boots_offline_starts_what_it_ran() {
        deployed(module("m", "a/m:1", ""));
        sim.hub.cut();
        sim.daemon.exits("m", 137);
        sim.daemon.exits("edgeHub", 137);
        sim.time.advance(Duration.ofHours(1));
        sim.restartAgent();

        sim.run(SOON);

        assertThat(sim.daemon.module("m").status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(sim.daemon.module("edgeHub").status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(sim.daemon.calls()).noneMatch(c -> c.startsWith("pull") || c.startsWith("create"));
    }

    @Test
    void check_61_an_agent_that_lost_its_files_recreates_nothing() {
        deployed(module("m", "a/m:1", ""));
        sim.disk.list().forEach(sim.disk::delete);
        sim.restartAgent();

        sim.run(SOON);

        assertThat(sim.daemon.calls()).isEmpty();
        assertThat(sim.code()).isEqualTo(200);
    }

    @Test
    void check_64_without_twin_and_backup_it_waits() {
        sim.run(Duration.ofMinutes(5));

        assertThat(sim.daemon.calls()).isEmpty();
        assertThat(sim.hub.patches()).isEmpty();
    }

    @Test
    void check_31_what_happened_offline_is_one_report() {
        deployed(module("m", "a/m:1", ""));
        int patches = sim.hub.patches().size();
        sim.hub.cut();
        sim.daemon.exits("m", 3);
        sim.run(Duration.ofMinutes(5));
        sim.hub.connect();

        sim.pass();

        assertThat(sim.hub.patches()).hasSize(patches + 1);
        assertThat(sim.reported("/modules/m/restartCount").asInt()).isEqualTo(1);
    }

    @Test
    void a_report_that_is_not_taken_is_sent_again() {
        deployed(module("m", "a/m:1", ""));
        sim.daemon.exits("m", 3);
        sim.hub.failing(true);
        sim.pass();
        sim.hub.failing(false);

        sim.time.advance(Duration.ofSeconds(5));
        sim.pass();

        assertThat(sim.reported("/modules/m/exitCode").asInt()).isEqualTo(3);
    }

    @Test
    void check_28_junk_in_the_reported_section_is_replaced() {
        sim.hub.reported(json("{\"modules\":[1],\"systemModules\":\"x\",\"version\":7,\"junk\":{\"a\":1}}"));
        sim.hub.deploy(manifest(module("m", "a/m:1", "")));
        sim.hub.connect();

        sim.pass();

        assertThat(sim.hub.reported().has("junk")).isFalse();
        assertThat(sim.reported("/modules/m/status").asText()).isEqualTo("running");
        assertThat(sim.reported("/version/version").asText()).isEqualTo("0.1.0");
    }

    @Test
    void check_65_without_an_identity_a_module_is_skipped_and_tried_in_every_pass() {
        deployed("");
        sim.daemon.registryDown(true);
        sim.hub.deploy(manifest(module("m", "a/m:1", "")));
        sim.pass();

        assertThat(sim.code()).isEqualTo(200);
        assertThat(sim.reported("/modules/m/runtimeStatus").asText()).isEqualTo("backoff");
        assertThat(sim.reported("/modules/m/statusDescription").asText()).contains("registry cannot be reached");

        sim.daemon.registryDown(false);
        sim.run(SOON);
        assertThat(sim.reported("/modules/m/runtimeStatus").asText()).isEqualTo("running");
    }

    @Test
    void an_identity_that_could_not_be_deleted_is_deleted_later() {
        deployed(module("m", "a/m:1", ""));
        sim.daemon.registryDown(true);
        sim.hub.change(json("{\"modules\":{\"m\":null}}"));
        sim.pass();
        assertThat(sim.daemon.identityNames()).contains("m");
        assertThat(sim.reported("/modules").has("m")).isFalse();

        sim.daemon.registryDown(false);
        sim.run(SOON);

        assertThat(sim.daemon.identityNames()).doesNotContain("m");
    }

    @Test
    void a_full_disk_is_reported_and_stops_nothing() {
        sim.disk.full(true);
        sim.hub.deploy(manifest(module("m", "a/m:1", "")));
        sim.hub.connect();

        sim.pass();

        assertThat(sim.reported("/modules/m/runtimeStatus").asText()).isEqualTo("running");
        assertThat(sim.code()).isEqualTo(500);
        assertThat(sim.description()).contains("No space left on device");

        sim.disk.full(false);
        sim.run(SOON);
        assertThat(sim.code()).isEqualTo(200);
    }

    @Test
    void check_57_another_agent_image_is_asked_for_once_and_last() {
        deployed(module("m", "a/m:1", ""));

        var desired = manifest(module("m", "a/m:1", "\"version\":\"2\""));
        desired.withObject("/systemModules/edgeAgent/settings").put("image", "a/agent:2");
        sim.hub.deploy(desired);
        sim.run(Duration.ofMinutes(1));

        assertThat(sim.daemon.calls())
                .containsExactly(
                        "updateIdentity m",
                        "pull m",
                        "stop m",
                        "update m",
                        "start m",
                        "pull edgeAgent",
                        "updateAndStart edgeAgent");
    }

    @Test
    void check_29_an_agent_that_is_stopped_says_so() {
        deployed(module("m", "a/m:1", ""));

        sim.reconciler.stop();
        sim.reconciler.run();

        assertThat(sim.code()).isEqualTo(406);
        assertThat(sim.description()).isEqualTo("Agent is not running");
        assertThat(sim.reported("/modules/m/runtimeStatus").asText()).isEqualTo("unknown");
        assertThat(sim.reported("/systemModules/edgeAgent/runtimeStatus").asText())
                .isEqualTo("unknown");
        assertThat(sim.daemon.calls()).isEmpty();

        sim.restartAgent();
        sim.pass();
        assertThat(sim.code()).isEqualTo(200);
        assertThat(sim.reported("/modules/m/runtimeStatus").asText()).isEqualTo("running");
    }

    @Test
    void an_agent_that_comes_back_to_an_unchanged_device_reports_nothing() {
        deployed(module("m", "a/m:1", "\"startupOrder\":3,\"env\":{\"A\":{\"value\":1}}"));
        int patches = sim.hub.patches().size();
        sim.restartAgent();

        sim.run(SOON);

        assertThat(sim.hub.patches()).hasSize(patches);
    }

    @Test
    void restart_counts_outlive_the_agent() {
        deployed(module("m", "a/m:1", ""));
        sim.daemon.exits("m", 3);
        sim.run(Duration.ofSeconds(12));
        sim.restartAgent();

        sim.pass();

        assertThat(sim.reported("/modules/m/restartCount").asInt()).isEqualTo(1);
    }

    private void deployed(String modules) {
        sim.hub.deploy(manifest(modules));
        sim.hub.connect();
        sim.pass();
        assertThat(sim.code()).isEqualTo(200);
        sim.daemon.calls();
    }
}
