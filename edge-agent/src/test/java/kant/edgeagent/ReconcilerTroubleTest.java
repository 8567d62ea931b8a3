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

/** The agent as a whole where something is missing, broken or away; numbers are those of the checklist in reference/agent.md §12. */
class ReconcilerTroubleTest {
    private static final Duration SOON = Duration.ofSeconds(6);
    private final AgentSim sim = new AgentSim();

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
        sim.deployed(module("m", "a/m:1", ""));
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
        sim.deployed(module("m", "a/m:1", ""));
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
        sim.deployed(module("m", "a/m:1", ""));

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
        sim.deployed(module("m", "a/m:1", "") + "," + module("n", "a/n:1", ""));
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
        sim.deployed(module("m", "a/m:1", ""));
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
        sim.deployed(module("m", "a/m:1", ""));
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
        sim.deployed(module("m", "a/m:1", ""));
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
        sim.deployed(module("m", "a/m:1", ""));
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
        sim.deployed("");
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
        sim.deployed(module("m", "a/m:1", ""));
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
}
