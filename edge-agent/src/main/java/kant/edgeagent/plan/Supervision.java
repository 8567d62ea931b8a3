package kant.edgeagent.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.RestartPolicy;
import kant.model.deployment.RuntimeStatus;

/**
 * What the restart policies make of a module that is not running as wished (reference/agent.md §2.2, §4.7). Pure.
 *
 * <pre>
 * engine says │ never     on-failure       on-unhealthy     always
 * ────────────┼────────────────────────────────────────────────────────
 * running     │ running   running          running          running
 * stopped     │ stopped   stopped          stopped          backoff/failed
 * failed      │ failed    backoff/failed   backoff/failed   backoff/failed
 * unhealthy   │ unhealthy unhealthy        backoff/failed   backoff/failed
 * dead        │ dead      dead             dead             dead
 * </pre>
 *
 * backoff becomes failed when the restarts are used up. A module that was never started is stopped, whatever the policy.
 */
public record Supervision(SupervisionRules rules) {

    /** The status to act on and to report. */
    public RuntimeStatus status(DesiredModule wish, CurrentModule now, ModuleMemory memory) {
        if (wish.status() != RuntimeStatus.RUNNING || !restartable(wish.restartPolicy(), now)) {
            return now.status();
        }
        return memory.restarts() < rules.maxRestarts() ? RuntimeStatus.BACKOFF : RuntimeStatus.FAILED;
    }

    /** How long a module in back-off still has to wait; zero when its time has come. */
    public Duration untilRestart(CurrentModule module, ModuleMemory memory, Instant now) {
        Instant stopped = module.exit() == null ? Instant.MIN : module.exit().time();
        if (now.isBefore(stopped) || stopped.equals(Instant.MIN)) {
            return Duration.ZERO; // the clock jumped back, or an unhealthy module never ended: waiting has no meaning
        }
        Duration left = rules.wait(memory.restarts()).minus(Duration.between(stopped, now));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Whether a running module has earned that its restarts are forgotten. */
    boolean recovered(CurrentModule module, ModuleMemory memory, Instant now) {
        return memory.restarts() > 0
                && module.startTime() != null
                && Duration.between(module.startTime(), now).compareTo(rules.healthyAfter()) > 0;
    }

    /** The wait of the module that comes out of back-off next; empty if none is in it. */
    public Optional<Duration> untilRestart(DesiredModule wish, CurrentModule module, ModuleMemory memory, Instant now) {
        return status(wish, module, memory) == RuntimeStatus.BACKOFF
                ? Optional.of(untilRestart(module, memory, now))
                : Optional.empty();
    }

    private static boolean restartable(RestartPolicy policy, CurrentModule now) {
        return switch (now.status()) {
            case STOPPED -> policy == RestartPolicy.ALWAYS && now.startTime() != null;
            case FAILED ->
                policy == RestartPolicy.ON_FAILURE
                        || policy == RestartPolicy.ON_UNHEALTHY
                        || policy == RestartPolicy.ALWAYS;
            case UNHEALTHY -> policy == RestartPolicy.ON_UNHEALTHY || policy == RestartPolicy.ALWAYS;
            case RUNNING, DEAD, UNKNOWN, BACKOFF -> false;
        };
    }
}
