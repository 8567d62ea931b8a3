package kant.edgeagent.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import kant.edgeagent.plan.CurrentModule;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.RuntimeStatus;
import org.jspecify.annotations.Nullable;

/**
 * For how long modules should have run and did, since this agent started. The time between two looks counts as run if the module ran
 * at both.
 */
final class RunningTime {
    private static final double NANOS = 1e-9;

    private final Map<String, Times> modules = new TreeMap<>();
    private @Nullable Long lookedAt;

    /** Of one module, in seconds. */
    record Seconds(double expected, double correct) {}

    private record Times(long expected, long correct, boolean running) {
        static final Times NONE = new Times(0, 0, false);

        Times after(long nanos, boolean runs) {
            return new Times(expected + nanos, running && runs ? correct + nanos : correct, runs);
        }
    }

    synchronized void looked(DeploymentManifest wanted, Map<String, CurrentModule> current, long nowNanos) {
        long passed = lookedAt == null ? 0 : nowNanos - lookedAt;
        lookedAt = nowNanos;
        modules.keySet().retainAll(wanted.modules().keySet());
        for (DesiredModule wish : wanted.modules().values()) {
            Times before = modules.getOrDefault(wish.name(), Times.NONE);
            CurrentModule now = current.get(wish.name());
            boolean runs = now != null && now.status() == RuntimeStatus.RUNNING;
            boolean expected =
                    wish.status() == RuntimeStatus.RUNNING || wish.name().equals(DeploymentManifest.EDGE_AGENT);
            modules.put(wish.name(), before.after(expected ? passed : 0, runs));
        }
    }

    /** All modules' times, by name. */
    synchronized Map<String, Seconds> seconds() {
        Map<String, Seconds> seconds = new HashMap<>();
        modules.forEach(
                (name, times) -> seconds.put(name, new Seconds(times.expected() * NANOS, times.correct() * NANOS)));
        return new TreeMap<>(seconds);
    }
}
