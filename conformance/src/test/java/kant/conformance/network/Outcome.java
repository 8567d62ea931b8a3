package kant.conformance.network;

import java.time.Duration;
import kant.testkit.history.Verdict;

/**
 * What a scenario came to.
 *
 * @param losses how often the link was shown as lost
 * @param slowestLocal the longest way of a message from module to module
 * @param drained from the scenario's end until everything had arrived
 */
record Outcome(String lane, Scenario scenario, Verdict verdict, int losses, Duration slowestLocal, Duration drained) {

    String text() {
        return "%s %s: %s; link shown as lost %d times; slowest from module to module %d ms; all arrived %d ms after the end"
                .formatted(lane, scenario, verdict.text(), losses, slowestLocal.toMillis(), drained.toMillis());
    }
}
