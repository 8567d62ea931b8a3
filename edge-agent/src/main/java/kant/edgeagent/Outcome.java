package kant.edgeagent;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.report.DesiredStatus;
import kant.edgeagent.run.PlanResult;
import kant.model.deployment.ManifestRefusal;
import kant.model.deployment.RuntimeStatus;
import org.jspecify.annotations.Nullable;

/** What one pass says about the deployment (reference/agent.md §3.1): which code wins where several things are wrong. */
final class Outcome {
    private Outcome() {}

    /**
     * @param refusal of the present manifest; empty if it is good
     * @param problems with the daemon or the disk
     * @param result of the plan; null if there was nothing to do or no planning
     * @param before what the pass before said: it stands while something that failed is not tried again, or something goes on
     */
    static DesiredStatus of(
            Optional<ManifestRefusal> refusal,
            List<String> problems,
            @Nullable PlanResult result,
            Collection<CurrentModule> current,
            DesiredStatus before) {
        if (refusal.isPresent() && problems.isEmpty()) {
            return new DesiredStatus(refusal.get().code(), refusal.get().text());
        }
        List<String> failures = new ArrayList<>();
        refusal.ifPresent(r -> failures.add(r.text()));
        failures.addAll(problems);
        if (result != null) {
            failures.addAll(result.failures());
        }
        current.stream()
                .filter(m -> m.status() == RuntimeStatus.UNKNOWN)
                .forEach(m -> failures.add("module " + m.name() + ": its status is unknown, it is left as it is"));
        if (!failures.isEmpty()) {
            return DesiredStatus.failed(failures);
        }
        return result != null && (result.skipped() || result.waiting()) ? before : DesiredStatus.OK;
    }
}
