package kant.edgeagent.trial;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kant.edgeagent.plan.AgentDifference;
import kant.edgeagent.plan.CurrentModule;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.RestartPolicy;
import kant.model.deployment.RuntimeStatus;
import org.jspecify.annotations.Nullable;

/** Watches the changed modules of a trial: since when each of them has been well, by the clock that only goes forward. */
final class Wellness {
    private final Map<String, Run> runs = new HashMap<>();

    /** A run that was seen well, from then on. */
    private record Run(@Nullable Instant start, long sinceNanos) {}

    /** Takes one look. */
    void look(DeploymentManifest wanted, Set<String> changed, Map<String, CurrentModule> current, long nowNanos) {
        for (String name : changed) {
            CurrentModule module = current.get(name);
            if (module == null || !well(wanted.modules().get(name), module)) {
                runs.remove(name);
                continue;
            }
            Run run = runs.get(name);
            if (run == null || !Objects.equals(run.start(), module.startTime())) {
                runs.put(name, new Run(module.startTime(), nowNanos));
            }
        }
    }

    /** Whether all of them have been well, in one run, for so long. */
    boolean longEnough(Set<String> changed, Duration time, long nowNanos) {
        return changed.stream().allMatch(name -> {
            Run run = runs.get(name);
            return run != null && nowNanos - run.sinceNanos() >= time.toNanos();
        });
    }

    /** Those that are not well now, each with what there is to say; empty if all are. */
    List<String> unwell(DeploymentManifest wanted, Set<String> changed, Map<String, CurrentModule> current) {
        List<String> unwell = new ArrayList<>();
        for (String name : changed) {
            CurrentModule module = current.get(name);
            if (module != null && isAnotherAgent(wanted.modules().get(name), module)) {
                unwell.add("the agent is still " + module.image() + ", another one did not come up");
            } else if (module == null) {
                unwell.add("module " + name + " does not exist");
            } else if (!well(wanted.modules().get(name), module)) {
                unwell.add("module " + name + " is " + module.status().word()
                        + (module.exit() == null
                                ? ""
                                : ", its last exit code is " + module.exit().code()));
            }
        }
        return unwell;
    }

    /** What its manifest lets it do: run, or having ended well where nobody would start it again, or anything if it need not run. */
    private static boolean well(@Nullable DesiredModule wish, CurrentModule module) {
        if (wish == null || wish.status() != RuntimeStatus.RUNNING) {
            return true;
        }
        if (isAnotherAgent(wish, module)) {
            return false;
        }
        return switch (module.status()) {
            case RUNNING -> true;
            case STOPPED -> wish.restartPolicy() == RestartPolicy.NEVER && module.startTime() != null;
            case FAILED, BACKOFF, UNHEALTHY, DEAD, UNKNOWN -> false;
        };
    }

    /** The daemon brings back the last good agent where a new one does not come up. */
    private static boolean isAnotherAgent(@Nullable DesiredModule wish, CurrentModule module) {
        return wish != null
                && module.name().equals(DeploymentManifest.EDGE_AGENT)
                && AgentDifference.between(wish, module);
    }
}
