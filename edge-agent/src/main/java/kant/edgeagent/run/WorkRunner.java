package kant.edgeagent.run;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kant.daemonapi.management.Identity;
import kant.daemonapi.management.ModuleSpec;
import kant.edgeagent.metrics.AgentMetrics;
import kant.edgeagent.plan.Step;
import kant.edgeagent.plan.Work;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.RuntimeSpec;
import kant.world.Time;

/** Runs the steps of one work, each as one call to the daemon. */
final class WorkRunner {
    private static final String MANAGED_BY = "IotEdge";

    private final ModuleDaemon daemon;
    private final SpecWriter specs;
    private final RuntimeSpec runtime;
    private final Identities identities;
    private final String agentGenerationId;
    private final AgentMetrics metrics;
    private final Time time;

    WorkRunner(
            ModuleDaemon daemon,
            SpecWriter specs,
            RuntimeSpec runtime,
            Identities identities,
            String agentGenerationId,
            AgentMetrics metrics,
            Time time) {
        this.daemon = daemon;
        this.specs = specs;
        this.runtime = runtime;
        this.identities = identities;
        this.agentGenerationId = agentGenerationId;
        this.metrics = metrics;
        this.time = time;
    }

    WorkResult run(Work work) {
        List<Step> done = new ArrayList<>();
        for (Step step : work.steps()) {
            try {
                long began = time.nanos();
                run(step);
                metrics.did(step, Duration.ofNanos(time.nanos() - began));
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

    private void run(Step step) throws IOException {
        switch (step) {
            case Step.Identify(var wish) -> identify(wish.moduleId());
            case Step.Pull(var wish) -> daemon.pull(specs.forPull(wish, runtime));
            case Step.Create(var wish) -> daemon.create(spec(wish));
            case Step.Update(var wish) -> daemon.update(spec(wish));
            case Step.UpdateAgent(var wish) -> daemon.updateAndStart(specs.full(wish, runtime, agentGenerationId));
            case Step.Start(var module) -> daemon.start(module);
            case Step.Stop(var module) -> daemon.stop(module);
            case Step.Remove(var module) -> daemon.remove(module);
            case Step.DeleteIdentity(var module) -> deleteIdentity(module);
            case Step.CountRestart _, Step.ForgetRestarts _ -> {} // the reconciler's memory, no call
        }
    }

    private void identify(String moduleId) throws IOException {
        Identity known = identities.find(moduleId);
        identities.put(known == null ? daemon.createIdentity(moduleId) : daemon.updateIdentity(known));
    }

    private void deleteIdentity(String module) throws IOException {
        if (DesiredModule.isSystem(module)) {
            return;
        }
        Identity known = identities.find(module);
        if (known != null && known.managedBy().equalsIgnoreCase(MANAGED_BY)) {
            daemon.deleteIdentity(module);
            identities.remove(module);
        }
    }

    private ModuleSpec spec(DesiredModule wish) throws IOException {
        Identity identity = identities.find(wish.moduleId());
        if (identity == null) {
            throw new IOException("module " + wish.name() + " has no identity in the registry");
        }
        try {
            return specs.full(wish, runtime, identity.generationId());
        } catch (IOException e) {
            throw new IOException("module " + wish.name() + ": " + e.getMessage(), e);
        }
    }
}
