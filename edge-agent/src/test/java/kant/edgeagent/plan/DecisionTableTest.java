package kant.edgeagent.plan;

import static kant.edgeagent.plan.Wishing.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.RestartPolicy;
import kant.model.deployment.RuntimeStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decision table of reference/agent.md §4.4, row by row, for one module whose spec is unchanged. */
class DecisionTableTest {

    /**
     * wish: what the manifest wishes; before: what the last applied one wished; engine: the engine's word; stoppedFor: seconds
     * since the last exit, {@code never} for a module that was never started; restarts: counted so far.
     */
    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, nullValues = "-", delimiter = '|', textBlock = """
            wish    | policy       | before  | engine    | stoppedFor | restarts | steps
            running | always       | running | running   | 0          | 0        | -
            running | always       | -       | running   | 0          | 0        | -
            running | always       | running | running   | 0          | 3        | ForgetRestarts
            running | always       | running | stopped   | 9          | 0        | -
            running | always       | running | stopped   | 10         | 0        | Stop+Start+CountRestart
            running | always       | running | stopped   | 19         | 1        | -
            running | always       | running | stopped   | 20         | 1        | Stop+Start+CountRestart
            running | always       | running | failed    | 39         | 2        | -
            running | always       | running | failed    | 40         | 2        | Stop+Start+CountRestart
            running | always       | running | failed    | 299        | 5        | -
            running | always       | running | failed    | 300        | 5        | Stop+Start+CountRestart
            running | always       | running | failed    | 300        | 19       | Stop+Start+CountRestart
            running | always       | running | failed    | 9999       | 20       | -
            running | always       | running | failed    | -5         | 3        | Stop+Start+CountRestart
            running | always       | running | stopped   | never      | 0        | Start
            running | on-failure   | running | failed    | 5          | 0        | -
            running | on-failure   | running | failed    | 11         | 0        | Stop+Start+CountRestart
            running | on-failure   | running | stopped   | 1          | 0        | Start
            running | on-failure   | running | unhealthy | 0          | 0        | -
            running | on-unhealthy | running | failed    | 11         | 0        | Stop+Start+CountRestart
            running | on-unhealthy | running | stopped   | 1          | 0        | Start
            running | on-unhealthy | running | unhealthy | none       | 0        | Stop+Start+CountRestart
            running | on-unhealthy | running | unhealthy | none       | 20       | -
            running | always       | running | unhealthy | none       | 0        | Stop+Start+CountRestart
            running | never        | running | failed    | 9999       | 0        | -
            running | never        | running | stopped   | 9999       | 0        | -
            running | never        | running | stopped   | never      | 0        | Start
            running | never        | running | unhealthy | none       | 0        | -
            running | unknown      | running | failed    | 9999       | 0        | -
            running | always       | running | dead      | 0          | 0        | Remove+ForgetRestarts
            running | always       | running | unknown   | 0          | 0        | -
            running | always       | stopped | stopped   | 0          | 0        | ForgetRestarts+Start
            running | never        | stopped | failed    | 0          | 0        | ForgetRestarts+Start
            running | always       | stopped | failed    | 0          | 20       | ForgetRestarts+Start
            running | always       | stopped | running   | 0          | 0        | -
            running | always       | stopped | dead      | 0          | 0        | Remove+ForgetRestarts
            stopped | always       | running | running   | 0          | 0        | ForgetRestarts+Stop
            stopped | always       | stopped | running   | 0          | 0        | ForgetRestarts+Stop
            stopped | always       | stopped | unhealthy | none       | 0        | ForgetRestarts+Stop
            stopped | always       | stopped | unknown   | 0          | 0        | ForgetRestarts+Stop
            stopped | always       | running | stopped   | 0          | 0        | -
            stopped | always       | stopped | failed    | 0          | 0        | -
            stopped | always       | stopped | dead      | 0          | 0        | Remove+ForgetRestarts
            failed  | always       | running | running   | 0          | 0        | -
            backoff | always       | -       | stopped   | never      | 0        | -
            """)
    void a_row(
            String wish, String policy, String before, String engine, String stoppedFor, int restarts, String steps) {
        DesiredModule desired =
                Wishing.module("m", status(wish), RestartPolicy.parse(policy).orElseThrow(), 1, "1");
        CurrentModule now = module(desired, status(engine), stoppedFor);
        var memory = new ModuleMemory(restarts, null, before == null ? null : status(before));

        Plan plan = Wishing.planner()
                .plan(Wishing.manifest(desired), Wishing.current(now), new Memories(Map.of("m", memory)), NOW);

        String planned = plan.isEmpty() ? null : Wishing.steps(plan.works().getFirst());
        assertThat(planned).isEqualTo(steps);
        assertThat(plan.works()).hasSizeLessThanOrEqualTo(1);
    }

    private static CurrentModule module(DesiredModule wish, RuntimeStatus status, String stoppedFor) {
        CurrentModule made = Wishing.made(wish, status);
        boolean started = !stoppedFor.equals("never");
        boolean ended = started && !stoppedFor.equals("none");
        Instant start = started ? NOW.minusSeconds(20_000) : null;
        CurrentModule.Exit exit = ended
                ? new CurrentModule.Exit(
                        status == RuntimeStatus.FAILED ? 3 : 0, NOW.minusSeconds(Long.parseLong(stoppedFor)))
                : null;
        return new CurrentModule(made.name(), made.image(), made.imageHash(), made.labels(), status, start, exit, null);
    }

    private static RuntimeStatus status(String word) {
        return RuntimeStatus.parse(word).orElseThrow();
    }
}
