package kant.edgeagent.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kant.edgeagent.metrics.AgentMetrics;
import kant.edgeagent.plan.Attempts;
import kant.edgeagent.plan.Fingerprint;
import kant.edgeagent.plan.Plan;
import kant.edgeagent.plan.Stage;
import kant.edgeagent.plan.Step;
import kant.edgeagent.plan.SupervisionRules;
import kant.edgeagent.plan.Work;
import kant.edgeagent.sim.SimDaemon;
import kant.model.deployment.RuntimeSpec;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The runner with real threads: what is done side by side, and what waits. */
@Timeout(30)
class PlanRunnerTest {
    private static final RuntimeSpec RUNTIME = new RuntimeSpec("", "", Map.of());

    @Test
    void works_of_one_stage_run_side_by_side_and_the_next_stage_waits() throws Exception {
        var bothStart = new CountDownLatch(2);
        var ended = new AtomicInteger();
        SimDaemon.StartHook start = module -> {
            if (module.equals("late")) {
                assertThat(ended.get()).isEqualTo(2);
                return;
            }
            bothStart.countDown();
            await(bothStart);
            ended.incrementAndGet();
        };

        PlanResult result = run(start, plan(stage("a", "b"), stage("late")));

        assertThat(result.results()).allMatch(WorkResult.Done.class::isInstance).hasSize(3);
    }

    @Test
    void at_most_five_works_run_at_a_time() throws Exception {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var five = new CountDownLatch(5);
        SimDaemon.StartHook start = _ -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            five.countDown();
            await(five);
            running.decrementAndGet();
        };

        run(start, plan(stage("a", "b", "c", "d", "e", "f", "g", "h")));

        assertThat(most).hasValue(5);
    }

    @Test
    void a_failing_work_ends_at_its_step_and_holds_up_no_other() throws Exception {
        SimDaemon.StartHook start = module -> {
            if (module.equals("bad")) {
                throw new IOException("Error calling start module bad: no");
            }
        };

        PlanResult result = run(start, plan(stage("bad", "good"), stage("late")));

        assertThat(result.failures()).containsExactly("Error calling start module bad: no");
        assertThat(result.results().stream().filter(WorkResult.Done.class::isInstance))
                .hasSize(2);
        assertThat(result.attempts().byWork()).hasSize(1);
    }

    private static PlanResult run(SimDaemon.StartHook start, Plan plan) throws Exception {
        var daemon = new SimDaemon(Time.system());
        daemon.onStart(start);
        try (var tasks = Tasks.virtual("test")) {
            var specs = new SpecWriter(
                    new ModuleEnvironment(
                            "h",
                            "d",
                            "e",
                            null,
                            "v",
                            "s",
                            "unix:///w",
                            null,
                            "unix:///m",
                            null,
                            "Debug",
                            null,
                            Map.of()),
                    new Fingerprint(Map.of()));
            var metrics = new AgentMetrics(Time.system());
            var works = new WorkRunner(daemon, new SlowSteps(tasks, () -> {}), specs, "g", metrics, Time.system());
            var runner = new PlanRunner(works, SupervisionRules.DEFAULT, tasks, Time.system());
            return runner.run(plan, RUNTIME, Attempts.none());
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IOException("the others did not come within 20 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static Plan plan(Stage... stages) {
        return new Plan(List.of(stages));
    }

    private static Stage stage(String... modules) {
        return new Stage(
                "s",
                false,
                List.of(modules).stream()
                        .map(m -> new Work(m, "start " + m, List.of(new Step.Start(m)), null))
                        .toList());
    }
}
