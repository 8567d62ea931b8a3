package kant.edgeagent;

import java.util.HashMap;
import java.util.Map;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.report.DeviceView.Trouble;
import kant.edgeagent.run.PlanResult;
import kant.edgeagent.run.WorkResult;
import kant.model.deployment.DeploymentManifest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which modules are in trouble after a plan: what failed now, or failed before and was not done since. */
final class Troubles {
    private static final Logger log = LoggerFactory.getLogger(Troubles.class);

    private Troubles() {}

    static Map<String, Trouble> after(
            PlanResult result,
            Map<String, Trouble> before,
            DeploymentManifest manifest,
            Map<String, CurrentModule> current) {
        Map<String, Trouble> troubles = new HashMap<>();
        for (WorkResult one : result.results()) {
            String module = one.work().module();
            Trouble trouble = trouble(one, before.get(module));
            if (trouble != null) {
                troubles.put(module, trouble);
            }
        }
        for (String module : result.open()) { // as it was, until the attempt that goes on has ended
            if (before.get(module) instanceof Trouble trouble) {
                troubles.putIfAbsent(module, trouble);
            }
        }
        troubles.keySet().removeIf(m -> !manifest.modules().containsKey(m) && !current.containsKey(m));
        return troubles;
    }

    private static @Nullable Trouble trouble(WorkResult result, @Nullable Trouble before) {
        return switch (result) {
            case WorkResult.Done _, WorkResult.Waiting _ -> null;
            case WorkResult.Failed(var _, var _, var message) -> new Trouble(message, false);
            case WorkResult.NoIdentity(var work, var _, var message) -> {
                if (before == null || !before.message().equals(message)) { // it is tried in every pass
                    log.atWarn()
                            .addKeyValue("module", work.module())
                            .addKeyValue("reason", message)
                            .log("unable to process the module, its identity could not be obtained");
                }
                yield new Trouble(message, false);
            }
            case WorkResult.Skipped(var _, var givenUp) ->
                new Trouble(before == null ? "failed before, waits for its next attempt" : before.message(), givenUp);
        };
    }
}
