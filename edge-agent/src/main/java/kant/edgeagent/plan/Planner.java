package kant.edgeagent.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.RestartPolicy;
import kant.model.deployment.RuntimeStatus;
import org.jspecify.annotations.Nullable;

/**
 * Desired modules and current modules to a plan: the decision table of reference/agent.md §4.4. A pure function of its
 * arguments.
 *
 * <p>Order: what is to be removed first, for its ports and names may be wanted; then by {@code startupOrder}, modules of one
 * order side by side; the agent's own replacement last, so that a replacement that fails over and over never keeps the
 * other modules from their deployment.
 */
public final class Planner {
    private final Supervision supervision;
    private final Fingerprint fingerprint;
    private final PullOrder pullOrder;

    public Planner(Supervision supervision, Fingerprint fingerprint, PullOrder pullOrder) {
        this.supervision = supervision;
        this.fingerprint = fingerprint;
        this.pullOrder = pullOrder;
    }

    /** @param current by module name */
    public Plan plan(DeploymentManifest desired, Map<String, CurrentModule> current, Memories memories, Instant now) {
        List<Stage> stages = stages(desired, current, memories, now);
        return new Plan(pullOrder == PullOrder.WAIT_FOR_ALL_PULLS ? preparedFirst(stages) : stages);
    }

    /** A plan that touches no module before all identities and images are there. */
    public Plan planUpdate(
            DeploymentManifest desired, Map<String, CurrentModule> current, Memories memories, Instant now) {
        return new Plan(preparedFirst(stages(desired, current, memories, now)));
    }

    private List<Stage> stages(
            DeploymentManifest desired, Map<String, CurrentModule> current, Memories memories, Instant now) {
        TreeMap<Long, List<Work>> byOrder = new TreeMap<>();
        for (DesiredModule wish : desired.modules().values()) {
            if (wish.name().equals(DeploymentManifest.EDGE_AGENT)) {
                continue;
            }
            CurrentModule module = current.get(wish.name());
            ModuleMemory memory = memories.of(wish.name());
            List<Step> steps = steps(wish, module, memory, now);
            if (!steps.isEmpty()) {
                byOrder.computeIfAbsent(wish.startupOrder(), _ -> new ArrayList<>())
                        .add(Work.of(wish.name(), fingerprint.of(wish), steps)
                                .withMeanwhile(meanwhile(wish, module, memory, now)));
            }
        }
        List<Stage> stages = new ArrayList<>();
        stages.add(new Stage("remove", false, removals(desired, current, memories)));
        byOrder.forEach((order, works) -> stages.add(new Stage("order " + order, false, works)));
        stages.add(new Stage("agent", false, agent(desired, current)));
        return stages;
    }

    private static List<Work> removals(
            DeploymentManifest desired, Map<String, CurrentModule> current, Memories memories) {
        List<Work> works = new ArrayList<>();
        for (CurrentModule module : current.values()) {
            if (unwanted(module.name(), desired)) {
                works.add(Work.of(module.name(), "", removal(module)));
            }
        }
        for (String name : new TreeSet<>(memories.byModule().keySet())) {
            if (unwanted(name, desired)
                    && !current.containsKey(name)) { // wanted once, gone by other hands or never made
                works.add(Work.of(name, "", List.of(new Step.DeleteIdentity(name))));
            }
        }
        return works;
    }

    /** A manifest without the agent keeps the agent as it is. */
    private static boolean unwanted(String name, DeploymentManifest desired) {
        return !desired.modules().containsKey(name) && !name.equals(DeploymentManifest.EDGE_AGENT);
    }

    private static List<Step> removal(CurrentModule module) {
        List<Step> steps = new ArrayList<>();
        if (module.alive()) {
            steps.add(new Step.Stop(module.name()));
        }
        steps.add(new Step.Remove(module.name()));
        steps.add(new Step.DeleteIdentity(module.name()));
        return steps;
    }

    private List<Step> steps(DesiredModule wish, @Nullable CurrentModule now, ModuleMemory memory, Instant at) {
        if (now == null) {
            return creation(wish);
        }
        if (differs(wish, now)) {
            return replacement(wish, now);
        }
        boolean newWish = memory.wished() != null && memory.wished() != wish.status();
        return switch (wish.status()) {
            case RUNNING -> newWish ? freshStart(wish, now) : keptRunning(wish, now, memory, at);
            case STOPPED -> stopped(wish, now);
            case UNKNOWN, BACKOFF, UNHEALTHY, FAILED, DEAD -> List.of(); // created, never started nor stopped
        };
    }

    private boolean differs(DesiredModule wish, CurrentModule now) {
        return !wish.image().equals(now.image())
                || !now.label(Labels.FINGERPRINT).equals(Optional.of(fingerprint.of(wish)));
    }

    private static List<Step> creation(DesiredModule wish) {
        List<Step> steps =
                new ArrayList<>(List.of(new Step.Identify(wish), new Step.Pull(wish), new Step.Create(wish)));
        startIfWished(wish, steps);
        return steps;
    }

    private static List<Step> replacement(DesiredModule wish, CurrentModule now) {
        List<Step> steps = new ArrayList<>(
                List.of(new Step.Identify(wish), new Step.Pull(wish), new Step.ForgetRestarts(wish.name())));
        if (now.alive()) {
            steps.add(new Step.Stop(wish.name()));
        }
        steps.add(new Step.Update(wish));
        startIfWished(wish, steps);
        return steps;
    }

    /** A module that waits for its replacement is restarted by the policy that it shall have, unless it was to be stopped. */
    private @Nullable Work meanwhile(DesiredModule wish, @Nullable CurrentModule now, ModuleMemory memory, Instant at) {
        boolean wasToRun = memory.wished() == null || memory.wished() == RuntimeStatus.RUNNING;
        if (now == null || !differs(wish, now) || wish.status() != RuntimeStatus.RUNNING || !wasToRun) {
            return null;
        }
        Work work = Work.of(wish.name(), fingerprint.of(wish), keptRunning(wish, now, memory, at));
        return work.keeps() ? work : null;
    }

    private static void startIfWished(DesiredModule wish, List<Step> steps) {
        if (wish.status() == RuntimeStatus.RUNNING) {
            steps.add(new Step.Start(wish.name()));
        }
    }

    private static List<Step> freshStart(DesiredModule wish, CurrentModule now) {
        return switch (now.status()) {
            case RUNNING, UNHEALTHY, UNKNOWN -> List.of();
            case DEAD -> rebuilt(wish);
            case STOPPED, FAILED, BACKOFF -> List.of(new Step.ForgetRestarts(wish.name()), new Step.Start(wish.name()));
        };
    }

    private List<Step> keptRunning(DesiredModule wish, CurrentModule now, ModuleMemory memory, Instant at) {
        return switch (supervision.status(wish, now, memory)) {
            case RUNNING ->
                supervision.recovered(now, memory, at) ? List.of(new Step.ForgetRestarts(wish.name())) : List.of();
            case BACKOFF -> supervision.untilRestart(now, memory, at).isZero() ? restart(wish) : List.of();
            case STOPPED -> // no cool-off and no count here, as in the original: on-failure modules that end well run
                // again
                wish.restartPolicy() != RestartPolicy.NEVER || now.startTime() == null
                        ? List.of(new Step.Start(wish.name()))
                        : List.of();
            case DEAD -> rebuilt(wish);
            case FAILED, UNHEALTHY, UNKNOWN -> List.of();
        };
    }

    /** Stop comes first because an unhealthy module still runs; of one that ended it is a no-op. */
    private static List<Step> restart(DesiredModule wish) {
        return List.of(new Step.Stop(wish.name()), new Step.Start(wish.name()), new Step.CountRestart(wish.name()));
    }

    private static List<Step> stopped(DesiredModule wish, CurrentModule now) {
        return switch (now.status()) {
            case RUNNING, UNHEALTHY, UNKNOWN ->
                List.of(new Step.ForgetRestarts(wish.name()), new Step.Stop(wish.name()));
            case DEAD -> rebuilt(wish);
            case STOPPED, FAILED, BACKOFF -> List.of();
        };
    }

    /** A dead module cannot be started again; the next pass finds it missing and creates it. */
    private static List<Step> rebuilt(DesiredModule wish) {
        return List.of(new Step.Remove(wish.name()), new Step.ForgetRestarts(wish.name()));
    }

    private List<Work> agent(DeploymentManifest desired, Map<String, CurrentModule> current) {
        DesiredModule wish = desired.modules().get(DeploymentManifest.EDGE_AGENT);
        CurrentModule now = current.get(DeploymentManifest.EDGE_AGENT);
        if (wish == null || now == null || !AgentDifference.between(wish, now)) {
            return List.of(); // where the engine has no agent the daemon brings it back, not we
        }
        List<Step> steps = List.of(new Step.Pull(wish), new Step.UpdateAgent(wish));
        return List.of(Work.of(wish.name(), fingerprint.of(wish), steps));
    }

    /** The same stages with all that waits for registry and parent in one before them. */
    private static List<Stage> preparedFirst(List<Stage> stages) {
        List<Work> preparations = new ArrayList<>();
        List<Stage> rest = new ArrayList<>();
        for (Stage stage : stages) {
            stage.works().stream()
                    .map(Work::preparation)
                    .filter(work -> !work.steps().isEmpty())
                    .forEach(preparations::add);
            rest.add(new Stage(
                    stage.name(),
                    false,
                    stage.works().stream().map(Work::prepared).toList()));
        }
        rest.addFirst(new Stage("prepare", true, preparations));
        return rest;
    }
}
