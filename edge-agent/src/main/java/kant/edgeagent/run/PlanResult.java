package kant.edgeagent.run;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kant.edgeagent.plan.Attempts;
import kant.edgeagent.plan.Plan;
import kant.edgeagent.plan.Step;
import kant.edgeagent.plan.Work;

/**
 * What became of a plan.
 *
 * @param plan what was to be done
 * @param results of all works that were reached
 * @param attempts as they stand now
 * @param dropped whether later stages were left out because a required one failed
 */
public record PlanResult(Plan plan, List<WorkResult> results, Attempts attempts, boolean dropped) {
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

    /** Whether something goes on beside the loop. */
    public boolean waiting() {
        return results.stream().anyMatch(WorkResult.Waiting.class::isInstance);
    }

    /** Whether all was tried that may be tried now. */
    public boolean inPlace() {
        return !dropped && !waiting();
    }

    /** Whether the modules may be others than before. */
    public boolean touched() {
        return results.stream().anyMatch(WorkResult::touched);
    }

    /** Modules whose images are being fetched. */
    public Set<String> downloading() {
        return results.stream()
                .filter(result -> result instanceof WorkResult.Waiting waiting && waiting.step() instanceof Step.Pull)
                .map(result -> result.work().module())
                .collect(Collectors.toSet());
    }

    /** Modules of which something of the plan is left to do. */
    public Set<String> open() {
        Set<Work> done = new HashSet<>();
        for (WorkResult result : results) {
            if (result instanceof WorkResult.Done) {
                done.add(result.work());
            }
        }
        return plan.works().stream()
                .filter(work -> !done.contains(work))
                .map(Work::module)
                .collect(Collectors.toSet());
    }
}
