package kant.edgeagent.run;

import java.util.List;
import kant.edgeagent.plan.Attempts;

/**
 * What became of a plan.
 *
 * @param results of all works that were reached
 * @param attempts as they stand now
 * @param dropped whether later stages were left out because a required one failed
 */
public record PlanResult(List<WorkResult> results, Attempts attempts, boolean dropped) {
    private static final String DROPPED = "Failed to execute ExecutionPrerequisite command";

    public PlanResult {
        results = List.copyOf(results);
    }

    /** The messages of what failed in this run. */
    public List<String> failures() {
        List<String> messages = results.stream()
                .filter(WorkResult.Failed.class::isInstance)
                .map(r -> ((WorkResult.Failed) r).message())
                .toList();
        return dropped && !messages.isEmpty() ? List.of(DROPPED + ": " + String.join("; ", messages)) : messages;
    }

    /** Whether something is still open that failed in an earlier run. */
    public boolean skipped() {
        return results.stream().anyMatch(WorkResult.Skipped.class::isInstance);
    }
}
