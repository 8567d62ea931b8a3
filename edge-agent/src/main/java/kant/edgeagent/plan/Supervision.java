package kant.edgeagent.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.RestartPolicy;
import kant.model.deployment.RuntimeStatus;
import org.jspecify.annotations.Nullable;

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
        Instant since = since(module);
        if (since == null || now.isBefore(since)) {
            return Duration.ZERO; // nothing to count from, or the clock jumped back: waiting has no meaning
        }
        Duration left = rules.wait(memory.restarts()).minus(Duration.between(since, now));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The wait counts from the end of a run; an unhealthy module has not ended, so from its beginning. */
    private static @Nullable Instant since(CurrentModule module) {
        if (module.status() == RuntimeStatus.UNHEALTHY) {
            return module.startTime();
        }
        return module.exit() == null ? null : module.exit().time();
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
