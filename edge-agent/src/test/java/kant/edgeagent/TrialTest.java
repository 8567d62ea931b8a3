package kant.edgeagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import kant.edgeagent.plan.PullOrder;
import kant.model.deployment.RuntimeStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deployments on trial: taken over, proven, taken back. */
class TrialTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private AgentSim sim = new AgentSim();

    @BeforeEach
    void proven() {
        deployAndProve();
    }

    private void deployAndProve() {
        sim.hub.deploy(two("a/m:1"));
        sim.hub.connect();
        sim.run(AgentSim.PROBATION.plus(MINUTE));
        assertThat(sim.code()).isEqualTo(200);
        sim.daemon.calls();
    }

    @Test
    void an_update_that_stays_well_stays() {
        sim.hub.deploy(two("a/m:2"));
        sim.run(AgentSim.PROBATION.plus(MINUTE));

        assertThat(sim.code()).isEqualTo(200);
        assertThat(sim.daemon.module("m").image()).isEqualTo("a/m:2");
    }

    @Test
    void one_that_stumbles_once_and_then_runs_stays_too() {
        sim.hub.deploy(two("a/m:2"));
        sim.pass();
        sim.daemon.exits("m", 1);
        sim.run(AgentSim.PROBATION.plus(MINUTE));

        assertThat(sim.code()).isEqualTo(200);
        assertThat(sim.daemon.module("m").image()).isEqualTo("a/m:2");
    }

    @Test
    void an_update_whose_module_crashes_is_taken_back_and_the_twin_says_why() {
        crashing("a/m:2");
        sim.hub.deploy(two("a/m:2"));
        sim.run(AgentSim.PROBATION.plus(MINUTE));

        assertThat(sim.daemon.module("m").image()).isEqualTo("a/m:1");
        assertThat(sim.daemon.module("m").status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(sim.code()).isEqualTo(500);
        assertThat(sim.description())
                .startsWith(
                        "Deployment 3 was rolled back to deployment 2: module m is backoff, its last exit code is 1");
        assertThat(sim.reported("/lastDesiredVersion").asInt()).isEqualTo(3);
    }

    @Test
    void only_what_changed_is_touched_on_the_way_there_and_back() {
        crashing("a/m:2");
        sim.hub.deploy(two("a/m:2"));
        sim.run(AgentSim.PROBATION.plus(MINUTE));

        assertThat(sim.daemon.calls()).noneMatch(call -> call.contains("other") || call.contains("edgeHub"));
    }

    @Test
    void what_was_taken_back_is_not_tried_again_until_there_is_another() {
        crashing("a/m:2");
        sim.hub.deploy(two("a/m:2"));
        sim.run(AgentSim.PROBATION.plus(MINUTE));
        sim.daemon.calls();

        sim.restartAgent();
        sim.run(Duration.ofMinutes(10));
        assertThat(sim.daemon.calls()).isEmpty();
        assertThat(sim.code()).isEqualTo(500);

        sim.hub.deploy(two("a/m:3"));
        sim.run(AgentSim.PROBATION.plus(MINUTE));
        assertThat(sim.daemon.module("m").image()).isEqualTo("a/m:3");
        assertThat(sim.code()).isEqualTo(200);
    }

    @Test
    void a_module_that_hangs_is_not_well_either() {
        sim.hub.deploy(two("a/m:2"));
        sim.pass();
        sim.daemon.onStart(name -> sim.daemon.says(name, RuntimeStatus.UNHEALTHY));
        sim.daemon.says("m", RuntimeStatus.UNHEALTHY);
        sim.run(AgentSim.PROBATION.plus(Duration.ofSeconds(20)));

        assertThat(sim.daemon.module("m").image()).isEqualTo("a/m:1");
    }

    @Test
    void an_image_that_is_not_there_costs_no_running_module() {
        sim.daemon.missing("a/m:2");
        sim.hub.deploy(two("a/m:2"));
        sim.run(Duration.ofMinutes(10));

        assertThat(sim.daemon.calls()).noneMatch(call -> call.startsWith("stop") || call.startsWith("remove"));
        assertThat(sim.daemon.module("m").image()).isEqualTo("a/m:1");
        assertThat(sim.code()).isEqualTo(500);
        assertThat(sim.description()).contains("prepare update").doesNotContain("rolled back");
    }

    @Test
    void a_crashed_module_is_restarted_while_the_update_waits_for_its_image() {
        sim.daemon.missing("a/m:2");
        sim.hub.deploy(two("a/m:2"));
        sim.pass();
        sim.daemon.exits("other", 1);
        sim.run(MINUTE);

        assertThat(sim.daemon.module("other").status()).isEqualTo(RuntimeStatus.RUNNING);
    }

    @Test
    void an_agent_that_was_killed_in_the_middle_goes_on_with_the_trial() {
        crashing("a/m:2");
        sim.hub.deploy(two("a/m:2"));
        sim.run(Duration.ofSeconds(30));
        sim.restartAgent();
        sim.run(AgentSim.PROBATION.plus(MINUTE));

        assertThat(sim.daemon.module("m").image()).isEqualTo("a/m:1");
    }

    @Test
    void a_first_deployment_has_nothing_to_go_back_to() {
        sim = new AgentSim();
        crashing("a/m:1");
        sim.hub.deploy(two("a/m:1"));
        sim.hub.connect();
        sim.run(Duration.ofMinutes(20));

        assertThat(sim.code()).isEqualTo(200);
        assertThat(sim.reported("/modules/m/restartCount").asInt()).isGreaterThan(3);
    }

    @Test
    void switched_off_a_deployment_that_makes_modules_fail_stays() {
        sim = new AgentSim(PullOrder.NON_BLOCKING, false);
        deployAndProve();
        crashing("a/m:2");
        sim.hub.deploy(two("a/m:2"));
        sim.run(Duration.ofMinutes(20));

        assertThat(sim.code()).isEqualTo(200);
        assertThat(sim.daemon.module("m").image()).isEqualTo("a/m:2");
    }

    /** A start of this image ends at once. */
    private void crashing(String image) {
        sim.daemon.onStart(name -> {
            sim.daemon.started(name);
            if (sim.daemon.module(name).image().equals(image)) {
                sim.daemon.exits(name, 1);
            }
        });
    }

    private static ObjectNode two(String image) {
        return AgentSim.manifest(AgentSim.module("m", image, "") + "," + AgentSim.module("other", "a/other:1", ""));
    }
}
