package kant.edgeagent.run;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kant.daemonapi.management.Identity;
import kant.daemonapi.management.ModuleSpec;
import kant.edgeagent.metrics.AgentMetrics;
import kant.edgeagent.plan.Plan;
import kant.edgeagent.plan.Step;
import kant.edgeagent.plan.Work;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.RuntimeSpec;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** Runs the steps of one work, each as one call to the daemon; those that may take long it asks {@link SlowSteps} for. */
public final class WorkRunner {
    private static final String MANAGED_BY = "IotEdge";

    private final ModuleDaemon daemon;
    private final SlowSteps slowSteps;
    private final SpecWriter specs;
    private final String agentGenerationId;
    private final AgentMetrics metrics;
    private final Time time;

    public WorkRunner(
            ModuleDaemon daemon,
            SlowSteps slowSteps,
            SpecWriter specs,
            String agentGenerationId,
            AgentMetrics metrics,
            Time time) {
        this.daemon = daemon;
        this.slowSteps = slowSteps;
        this.specs = specs;
        this.agentGenerationId = agentGenerationId;
        this.metrics = metrics;
        this.time = time;
    }

    /**
     * What the works of one plan have in common.
     *
     * @param runtime where the registries' credentials come from
     */
    record Round(RuntimeSpec runtime, Identities identities) {}

    /** Begins a plan: what is under way and not in it is called off. */
    Round begin(Plan plan, RuntimeSpec runtime) {
        Set<SlowSteps.Asked> wanted = plan.works().stream()
                .flatMap(work -> work.steps().stream())
                .filter(Step.Slow.class::isInstance)
                .map(step -> asked((Step.Slow) step, runtime))
                .collect(Collectors.toSet());
        slowSteps.keepOnly(wanted);
        return new Round(runtime, new Identities(daemon));
    }

    WorkResult run(Work work, Round round) {
        List<Step> done = new ArrayList<>();
        for (Step step : work.steps()) {
            try {
                if (step instanceof Step.Slow slow) {
                    if (!isDone(slow, round)) {
                        return new WorkResult.Waiting(work, done, slow);
                    }
                } else {
                    measured(step, () -> run(step, round));
                }
                done.add(step);
            } catch (IOException e) {
                String message = String.valueOf(e.getMessage());
                return step instanceof Step.Identify || step instanceof Step.DeleteIdentity
                        ? new WorkResult.NoIdentity(work, done, message)
                        : new WorkResult.Failed(work, done, message);
            }
        }
        return new WorkResult.Done(work);
    }

    /** Has what was prepared for a module prepared anew the next time: it was used, or it was of no use. */
    void forget(String module) {
        slowSteps.forget(module);
    }

    private boolean isDone(Step.Slow step, Round round) throws IOException {
        return switch (slowSteps.ask(asked(step, round.runtime()), () -> measured(step, () -> runSlow(step, round)))) {
            case SlowSteps.State.UnderWay() -> false;
            case SlowSteps.State.Done(var _) -> true;
            case SlowSteps.State.Failed(var message) -> throw new IOException(message);
        };
    }

    private SlowSteps.Asked asked(Step.Slow step, RuntimeSpec runtime) {
        return new SlowSteps.Asked(step, step instanceof Step.Pull pull ? specs.forPull(pull.wish(), runtime) : null);
    }

    private @Nullable Identity measured(Step step, SlowSteps.Call call) throws IOException {
        long began = time.nanos();
        Identity identity = call.run();
        metrics.did(step, Duration.ofNanos(time.nanos() - began));
        return identity;
    }

    private @Nullable Identity runSlow(Step.Slow step, Round round) throws IOException {
        return switch (step) {
            case Step.Identify(var wish) -> identify(wish.moduleId(), round.identities());
            case Step.Pull(var wish) -> {
                daemon.pull(specs.forPull(wish, round.runtime()));
                yield null;
            }
            case Step.UpdateAgent(var wish) -> {
                daemon.updateAndStart(specs.full(wish, round.runtime(), agentGenerationId));
                yield null;
            }
            case Step.DeleteIdentity(var module) -> {
                deleteIdentity(module, round.identities());
                yield null;
            }
        };
    }

    private @Nullable Identity run(Step step, Round round) throws IOException {
        switch (step) {
            case Step.Create(var wish) -> daemon.create(spec(wish, round));
            case Step.Update(var wish) -> daemon.update(spec(wish, round));
            case Step.Start(var module) -> daemon.start(module);
            case Step.Stop(var module) -> daemon.stop(module);
            case Step.Remove(var module) -> daemon.remove(module);
            case Step.CountRestart _, Step.ForgetRestarts _ -> {} // the reconciler's memory, no call
            case Step.Slow _ -> throw new IllegalArgumentException("not a step for the loop's own thread: " + step);
        }
        return null;
    }

    private Identity identify(String moduleId, Identities identities) throws IOException {
        Identity known = identities.find(moduleId);
        return known == null ? daemon.createIdentity(moduleId) : daemon.updateIdentity(known);
    }

    private void deleteIdentity(String module, Identities identities) throws IOException {
        if (DesiredModule.isSystem(module)) {
            return;
        }
        Identity known = identities.find(module);
        if (known != null && known.managedBy().equalsIgnoreCase(MANAGED_BY)) {
            daemon.deleteIdentity(module);
        }
    }

    private ModuleSpec spec(DesiredModule wish, Round round) throws IOException {
        Identity identity = slowSteps
                .identity(wish.moduleId())
                .orElseThrow(() -> new IOException("module " + wish.name() + " has no identity in the registry"));
        try {
            return specs.made(wish, round.runtime(), identity.generationId());
        } catch (IOException e) {
            throw new IOException("module " + wish.name() + ": " + e.getMessage(), e);
        }
    }
}
