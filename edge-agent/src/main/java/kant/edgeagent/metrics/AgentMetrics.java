package kant.edgeagent.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.plan.Step;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.protocol.prometheus.CounterFamily;
import kant.protocol.prometheus.SummaryFamily;

/**
 * What the agent counts. The original counts commands when they are planned and times how they are put together; here a command
 * counts when it was done, and its time is that of the daemon's answer. Any thread.
 */
public final class AgentMetrics {
    private static final double NANOS = 1e-9;

    private final CounterFamily starts = perModule("edgeAgent_module_start_total");
    private final CounterFamily stops = perModule("edgeAgent_module_stop_total");
    private final CounterFamily prepares = perModule("edgeAgent_module_prepare_update_total");
    private final CounterFamily syncs = new CounterFamily("edgeAgent_iothub_syncs_total");
    private final CounterFamily failedSyncs = new CounterFamily("edgeAgent_unsuccessful_iothub_syncs_total");
    private final CounterFamily methods = new CounterFamily("edgeagent_direct_method_invocations_count", "method_name");
    private final SummaryFamily latencies = new SummaryFamily("edgeAgent_command_latency_seconds", NANOS, "command");
    private final SummaryFamily deployments = new SummaryFamily("edgeAgent_deployment_time_seconds", NANOS);
    private final RunningTime runningTime = new RunningTime();

    private volatile Map<String, DesiredModule> wished = Map.of();

    private static CounterFamily perModule(String name) {
        return new CounterFamily(name, "module_name", "module_version");
    }

    List<CounterFamily> counters() {
        return List.of(starts, stops, prepares, syncs, failedSyncs);
    }

    List<SummaryFamily> summaries() {
        return List.of(latencies, deployments);
    }

    /** The one whose name is in lower case and has none of the common labels. */
    CounterFamily methods() {
        return methods;
    }

    RunningTime runningTime() {
        return runningTime;
    }

    /** A step that the daemon did. */
    public void did(Step step, Duration took) {
        String command = command(step);
        if (command.isEmpty()) {
            return;
        }
        latencies.add(took.toNanos(), command);
        switch (step) {
            case Step.Start _, Step.UpdateAgent _ -> starts.add(step.module(), version(step.module()));
            case Step.Stop _ -> stops.add(step.module(), version(step.module()));
            case Step.Pull _ -> prepares.add(step.module(), version(step.module()));
            case Step.Create _, Step.Update _, Step.Remove _, Step.Identify _ -> {}
            case Step.DeleteIdentity _, Step.CountRestart _, Step.ForgetRestarts _ -> {}
        }
    }

    /** The original's word; empty for what it does not measure. */
    private static String command(Step step) {
        return switch (step) {
            case Step.Pull _ -> "prepareUpdate";
            case Step.Create _ -> "create";
            case Step.Update _, Step.UpdateAgent _ -> "update";
            case Step.Start _ -> "start";
            case Step.Stop _ -> "stop";
            case Step.Remove _ -> "remove";
            case Step.Identify _, Step.DeleteIdentity _, Step.CountRestart _, Step.ForgetRestarts _ -> "";
        };
    }

    private String version(String module) {
        DesiredModule wish = wished.get(module);
        return wish == null ? "" : wish.version();
    }

    /** A deployment was put in place. */
    public void deployed(Duration took) {
        deployments.add(took.toNanos());
    }

    /** A report went to the twin, or did not. */
    public void synced(boolean taken) {
        (taken ? syncs : failedSyncs).add();
    }

    /** A direct method that there is was called. */
    public void invoked(String method) {
        methods.add(method);
    }

    /**
     * A look at the modules.
     *
     * @param wanted what they are kept to
     * @param nowNanos on the clock that only goes forward
     */
    public void looked(DeploymentManifest wanted, Map<String, CurrentModule> current, long nowNanos) {
        wished = wanted.modules();
        runningTime.looked(wanted, current, nowNanos);
    }
}
