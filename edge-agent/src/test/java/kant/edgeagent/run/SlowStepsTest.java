package kant.edgeagent.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kant.daemonapi.management.Identity;
import kant.edgeagent.plan.Step;
import kant.model.deployment.CreateOptions;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.ImagePullPolicy;
import kant.model.deployment.RestartPolicy;
import kant.model.deployment.RuntimeStatus;
import kant.testkit.sim.SimTasks;
import kant.testkit.sim.SimTime;
import org.junit.jupiter.api.Test;

/** Steps beside the loop, on tasks that wait until they are told to run. */
class SlowStepsTest {
    private final SimTasks tasks = new SimTasks(new SimTime());
    private final List<String> changes = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final Set<String> failing = new HashSet<>();
    private final SlowSteps steps = new SlowSteps(tasks, () -> changes.add("changed"));

    @Test
    void one_is_begun_once_however_often_it_is_asked_for_and_its_end_wakes_the_loop() {
        for (int i = 0; i < 10; i++) {
            assertThat(ask("m")).isInstanceOf(SlowSteps.State.UnderWay.class);
        }
        assertThat(changes).isEmpty();

        tasks.run();

        assertThat(calls).containsExactly("m");
        assertThat(changes).hasSize(1);
        assertThat(ask("m")).isInstanceOf(SlowSteps.State.Done.class);
        assertThat(steps.identity("m")).hasValue(new Identity("m", "IotEdge", "g", "sas"));
    }

    @Test
    void a_failure_is_told_once_and_then_it_is_begun_anew() {
        failing.add("m");
        ask("m");
        tasks.run();

        assertThat(ask("m")).isEqualTo(new SlowSteps.State.Failed("no m"));
        failing.clear();
        assertThat(ask("m")).isInstanceOf(SlowSteps.State.UnderWay.class);
        tasks.run();
        assertThat(ask("m")).isInstanceOf(SlowSteps.State.Done.class);
    }

    @Test
    void at_most_five_are_under_way_and_the_others_come_in_their_order() {
        var gate = new GatedTasks();
        var bounded = new SlowSteps(gate, () -> {});
        for (int i = 0; i < 8; i++) {
            bounded.ask(asked("m" + i), () -> call("x"));
        }
        assertThat(gate.begun).containsExactly("step-m0", "step-m1", "step-m2", "step-m3", "step-m4");

        gate.finish("step-m2");

        assertThat(gate.begun).endsWith("step-m5").hasSize(6);
    }

    @Test
    void what_is_not_wanted_any_more_is_called_off_and_makes_room() {
        var gate = new GatedTasks();
        var bounded = new SlowSteps(gate, () -> {});
        for (int i = 0; i < 6; i++) {
            bounded.ask(asked("m" + i), () -> call("x"));
        }

        bounded.keepOnly(Set.of(asked("m0"), asked("m5")));

        assertThat(gate.cancelled).containsExactlyInAnyOrder("step-m1", "step-m2", "step-m3", "step-m4");
        assertThat(gate.begun).endsWith("step-m5");
        gate.finish("step-m1"); // whose end comes late
        assertThat(bounded.ask(asked("m1"), () -> call("x"))).isInstanceOf(SlowSteps.State.UnderWay.class);
    }

    @Test
    void the_end_of_an_identity_is_not_called_off_and_its_successor_waits_for_it() {
        var gate = new GatedTasks();
        var gated = new SlowSteps(gate, () -> {});
        gated.ask(new SlowSteps.Asked(new Step.DeleteIdentity("m"), null), () -> null);

        gated.keepOnly(Set.of(asked("m")));
        gated.ask(asked("m"), () -> call("m"));
        assertThat(gate.cancelled).isEmpty();
        assertThat(gate.begun).hasSize(1);

        gate.finish("step-m");
        gate.finish("step-m");
        assertThat(calls).containsExactly("m");
        assertThat(gated.identity("m")).isPresent();
    }

    @Test
    void a_forgotten_one_is_done_anew_but_not_while_it_is_under_way() {
        ask("m");
        steps.forget("m");
        tasks.run();
        assertThat(ask("m")).isInstanceOf(SlowSteps.State.Done.class);

        steps.forget("m");

        assertThat(ask("m")).isInstanceOf(SlowSteps.State.UnderWay.class);
    }

    private SlowSteps.State ask(String module) {
        return steps.ask(asked(module), () -> call(module));
    }

    private static SlowSteps.Asked asked(String module) {
        return new SlowSteps.Asked(
                new Step.Identify(new DesiredModule(
                        module,
                        "",
                        RuntimeStatus.RUNNING,
                        RestartPolicy.ALWAYS,
                        ImagePullPolicy.ON_CREATE,
                        1,
                        Map.of(),
                        "a/m:1",
                        CreateOptions.none(),
                        null)),
                null);
    }

    private Identity call(String module) throws IOException {
        calls.add(module);
        if (failing.contains(module)) {
            throw new IOException("no " + module);
        }
        return new Identity(module, "IotEdge", "g", "sas");
    }
}
