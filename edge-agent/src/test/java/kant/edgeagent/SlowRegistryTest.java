package kant.edgeagent;

import static kant.edgeagent.AgentSim.manifest;
import static kant.edgeagent.AgentSim.module;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.plan.PullOrder;
import kant.edgeagent.sim.HoldingTasks;
import kant.model.deployment.RuntimeStatus;
import kant.testkit.sim.SimTasks;
import kant.testkit.sim.SimTime;
import org.junit.jupiter.api.Test;

/** The agent while registry or parent do not answer: nothing that waits for them ends before {@link SimTasks#run}. */
class SlowRegistryTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SimTasks others = new SimTasks(new SimTime());
    private AgentSim sim = new AgentSim(PullOrder.NON_BLOCKING, true, others);

    @Test
    void a_first_image_that_is_under_way_is_told_and_nothing_of_the_outcome_is() {
        sim.hub.deploy(manifest(module("m", "a/m:1", "\"startupOrder\":0")));
        sim.hub.connect();
        sim.pass();
        others.run(); // identities
        sim.pass();

        assertThat(sim.reported("/modules/m/runtimeStatus").asText()).isEqualTo("downloading");
        assertThat(sim.hub.reported().has("lastDesiredStatus")).isFalse();
        assertThat(sim.reported("/lastDesiredVersion").asLong()).isZero();

        settle();
        assertThat(sim.code()).isEqualTo(200);
        assertThat(sim.reported("/lastDesiredVersion").asLong()).isEqualTo(sim.hub.desiredVersion());
        assertThat(sim.reported("/modules/m/runtimeStatus").asText()).isEqualTo("running");
        assertThat(sim.reported("/modules/m").has("statusDescription")).isFalse();
    }

    @Test
    void an_image_is_asked_for_once_however_long_it_takes() {
        proven(two("a/m:1"));
        sim.hub.deploy(two("a/m:2"));
        sim.run(MINUTE);
        others.run(); // the identity
        sim.run(Duration.ofMinutes(10));
        settle();

        assertThat(sim.daemon.calls()).containsExactly("updateIdentity m", "pull m", "stop m", "update m", "start m");
        assertThat(sim.code()).isEqualTo(200);
    }

    @Test
    void another_module_that_crashes_meanwhile_is_restarted_in_its_usual_time_and_that_is_told() {
        proven(two("a/m:1"));
        stalledUpdate();
        sim.daemon.exits("other", 1);
        Instant exit = sim.time.now();
        sim.run(Duration.ofSeconds(30));

        CurrentModule other = sim.daemon.module("other");
        assertThat(Duration.between(exit, other.startTime())).isEqualTo(Duration.ofSeconds(10));
        assertThat(sim.reported("/modules/other/restartCount").asInt()).isEqualTo(1);
        assertThat(sim.reported("/modules/other/runtimeStatus").asText()).isEqualTo("running");
        assertThat(sim.daemon.module("m").image()).isEqualTo("a/m:1");
    }

    @Test
    void so_is_the_module_whose_next_image_is_under_way_and_its_restarts_are_counted() {
        proven(two("a/m:1"));
        stalledUpdate();
        for (int restarts = 1; restarts <= 3; restarts++) {
            sim.daemon.exits("m", 1);
            sim.run(Duration.ofSeconds(45));
            assertThat(sim.daemon.module("m").status()).isEqualTo(RuntimeStatus.RUNNING);
            assertThat(sim.reported("/modules/m/restartCount").asInt()).isEqualTo(restarts);
        }

        settle();
        assertThat(sim.daemon.module("m").image()).isEqualTo("a/m:2");
        assertThat(sim.reported("/modules/m/restartCount").asInt()).isZero();
    }

    @Test
    void and_one_whose_next_image_cannot_be_had_at_all() {
        for (boolean rollback : new boolean[] {true, false}) {
            sim = new AgentSim(PullOrder.NON_BLOCKING, rollback, others);
            proven(two("a/m:1"));
            sim.daemon.missing("a/m:2");
            sim.hub.deploy(two("a/m:2"));
            settle();
            assertThat(sim.code()).isEqualTo(500);
            sim.daemon.exits("m", 1);
            sim.run(Duration.ofSeconds(12));

            assertThat(sim.daemon.module("m").status()).isEqualTo(RuntimeStatus.RUNNING);
            assertThat(sim.daemon.module("m").image()).isEqualTo("a/m:1");
            assertThat(sim.code()).isEqualTo(500);
        }
    }

    @Test
    void a_module_that_was_to_be_stopped_is_not_started_for_want_of_its_next_image() {
        proven(two("a/m:1").deepCopy());
        ObjectNode stopped = two("a/m:1");
        stopped.withObject("/modules/m").put("status", "stopped");
        sim.hub.deploy(stopped);
        settle();
        assertThat(sim.daemon.module("m").status()).isEqualTo(RuntimeStatus.STOPPED);

        stalledUpdate();
        sim.run(MINUTE);

        assertThat(sim.daemon.module("m").status()).isEqualTo(RuntimeStatus.STOPPED);
    }

    @Test
    void a_newer_deployment_that_does_not_want_the_image_is_followed_at_once() {
        proven(two("a/m:1"));
        stalledUpdate();
        ObjectNode next = two("a/m:1");
        next.withObject("/modules").remove("other");
        sim.hub.deploy(next);
        sim.pass();

        assertThat(sim.daemon.calls()).containsExactly("stop other", "remove other");
        others.run();
        sim.pass();
        assertThat(sim.daemon.calls()).containsExactly("deleteIdentity other");
        assertThat(sim.code()).isEqualTo(200);
        assertThat(sim.reported("/lastDesiredVersion").asLong()).isEqualTo(sim.hub.desiredVersion());
    }

    @Test
    void of_an_update_nothing_is_stopped_before_every_image_is_there() {
        proven(two("a/m:1"));
        sim.daemon.missing("a/other:2");
        ObjectNode both = two("a/m:2");
        both.withObject("/modules/other/settings").put("image", "a/other:2");
        sim.hub.deploy(both);
        settle();
        sim.run(MINUTE);
        assertThat(sim.daemon.calls()).noneMatch(call -> call.startsWith("stop ") || call.startsWith("update "));

        sim.daemon.found("a/other:2");
        sim.run(Duration.ofMinutes(3));
        settle();

        assertThat(sim.daemon.calls()).contains("update m", "update other");
        assertThat(sim.code()).isEqualTo(200);
    }

    @Test
    void modules_of_a_later_order_wait_for_the_image_of_an_earlier_one_and_those_that_are_there_are_restarted() {
        var first = new HoldingTasks("step-first");
        sim = new AgentSim(PullOrder.NON_BLOCKING, true, first);
        String last = module("last", "a/last:1", "\"startupOrder\":3");
        sim.hub.deploy(manifest(last));
        sim.hub.connect();
        sim.pass();
        sim.hub.deploy(manifest(module("second", "a/second:1", "\"startupOrder\":2") + "," + last + ","
                + module("first", "a/first:1", "\"startupOrder\":1")));
        sim.daemon.exits("last", 1);
        sim.daemon.calls();
        sim.run(Duration.ofSeconds(30));
        assertThat(sim.daemon.calls()).containsExactly("stop last", "start last");

        first.letGo();
        sim.pass();

        assertThat(sim.daemon.calls())
                .containsSubsequence("create first", "start first", "create second", "start second");
        assertThat(sim.code()).isEqualTo(200);
    }

    @Test
    void a_work_whose_identity_is_refused_stops_nothing_and_its_module_stays_supervised() {
        proven(two("a/m:1"));
        sim.daemon.registryDown(true);
        sim.hub.deploy(two("a/m:2"));
        settle();
        sim.daemon.exits("m", 1);
        sim.run(MINUTE);
        settle();

        assertThat(sim.daemon.calls()).doesNotContain("update m");
        assertThat(sim.daemon.module("m").image()).isEqualTo("a/m:1");
        assertThat(sim.daemon.module("m").status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(sim.code()).isEqualTo(200);
        assertThat(sim.reported("/modules/m/statusDescription").asText()).contains("registry cannot be reached");
    }

    @Test
    void an_agent_that_is_stopped_does_not_wait_for_an_image() {
        proven(two("a/m:1"));
        stalledUpdate();

        sim.reconciler.stop();
        sim.reconciler.run();

        assertThat(sim.code()).isEqualTo(406);
    }

    private void proven(ObjectNode manifest) {
        sim.hub.deploy(manifest);
        sim.hub.connect();
        settle();
        sim.run(AgentSim.PROBATION.plus(MINUTE));
        assertThat(sim.code()).isEqualTo(200);
        sim.daemon.calls();
    }

    /** Another image for m, which is asked for and does not come. */
    private void stalledUpdate() {
        sim.hub.deploy(two("a/m:2"));
        sim.pass();
        others.run(); // the identity
        sim.pass();
        sim.daemon.calls();
    }

    /** Everybody answers until nothing is left to be done. */
    private void settle() {
        for (int i = 0; i < 20; i++) {
            sim.pass();
            others.run();
        }
        sim.pass();
    }

    private static ObjectNode two(String image) {
        return manifest(module("m", image, "") + "," + module("other", "a/other:1", ""));
    }
}
