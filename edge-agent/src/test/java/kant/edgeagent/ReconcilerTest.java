package kant.edgeagent;

import static kant.edgeagent.AgentSim.json;
import static kant.edgeagent.AgentSim.manifest;
import static kant.edgeagent.AgentSim.module;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        assertThat(sim.hub.patches()).hasSize(1);
    }

    @Test
    void check_21_and_39_what_does_not_change_is_neither_touched_nor_reported() {
        sim.deployed(module("m", "a/m:1", ""));
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
        sim.deployed(module("m", "a/m:1", ""));

        for (String members : List.of("\"env\":{\"A\":{\"value\":1}}", "\"version\":\"2\"", "\"startupOrder\":7")) {
            sim.hub.deploy(manifest(module("m", "a/m:1", members)));
            sim.pass();

            assertThat(sim.daemon.calls())
                    .containsExactly("updateIdentity m", "pull m", "stop m", "update m", "start m");
        }
    }

    @Test
    void check_38_a_changed_status_only_stops_and_starts() {
        sim.deployed(module("m", "a/m:1", ""));

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
        sim.deployed(module("m", "a/m:1", ""));

        sim.hub.change(json("{\"modules\":{\"m\":null}}"));
        sim.pass();

        assertThat(sim.daemon.calls()).containsExactly("stop m", "remove m", "deleteIdentity m");
        assertThat(sim.reported("/modules").has("m")).isFalse();
        assertThat(sim.code()).isEqualTo(200);
    }

    @Test
    void check_41_a_crash_loop_is_restarted_after_10_20_40_80_160_300_300_seconds() {
        sim.deployed(module("m", "a/m:1", ""));
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
        sim.deployed(module("m", "a/m:1", ""));

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
        sim.deployed(module("m", "a/m:1", ""));
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
        sim.deployed(module("m", "a/m:1", ""));
        sim.daemon.exits("m", 3);
        sim.run(Duration.ofSeconds(20));
        assertThat(sim.reported("/modules/m/restartCount").asInt()).isEqualTo(1);

        sim.run(Duration.ofMinutes(10).plusSeconds(10));

        assertThat(sim.reported("/modules/m/restartCount").asInt()).isZero();
    }

    @Test
    void check_48_and_49_vanished_modules_come_back_and_strangers_go() {
        sim.deployed(module("m", "a/m:1", ""));
        sim.daemon.vanishes("m");
        sim.daemon.stranger("x");

        sim.run(SOON);

        assertThat(sim.daemon.calls())
                .containsExactly("stop x", "remove x", "updateIdentity m", "pull m", "create m", "start m");
    }

    @Test
    void check_57_another_agent_image_is_asked_for_once_and_last() {
        sim.deployed(module("m", "a/m:1", ""));

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
        sim.deployed(module("m", "a/m:1", ""));

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
        sim.deployed(module("m", "a/m:1", "\"startupOrder\":3,\"env\":{\"A\":{\"value\":1}}"));
        int patches = sim.hub.patches().size();
        sim.restartAgent();

        sim.run(SOON);

        assertThat(sim.hub.patches()).hasSize(patches);
    }

    @Test
    void restart_counts_outlive_the_agent() {
        sim.deployed(module("m", "a/m:1", ""));
        sim.daemon.exits("m", 3);
        sim.run(Duration.ofSeconds(12));
        sim.restartAgent();

        sim.pass();

        assertThat(sim.reported("/modules/m/restartCount").asInt()).isEqualTo(1);
    }
}
