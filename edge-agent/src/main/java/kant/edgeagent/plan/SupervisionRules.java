package kant.edgeagent.plan;

import java.time.Duration;

/**
 * How patient the agent is with failing modules and failing steps (reference/agent.md §4.6, §4.7).
 *
 * @param coolOff the first wait before a restart, doubled each time
 * @param maxRestarts after which a module stays failed, and a step is not tried again, until the manifest changes
 * @param healthyAfter how long a module must run for its restarts to be forgotten
 */
public record SupervisionRules(Duration coolOff, int maxRestarts, Duration healthyAfter) {

    /** No wait grows beyond this. */
    public static final Duration LONGEST_WAIT = Duration.ofSeconds(300);

    /** The original's values. */
    public static final SupervisionRules DEFAULT =
            new SupervisionRules(Duration.ofSeconds(10), 20, Duration.ofMinutes(10));

    /** {@code coolOff × 2^doublings}, at most {@link #LONGEST_WAIT}. */
    Duration wait(int doublings) {
        int enough = 32; // far beyond the cap, far below an overflow of the factor
        Duration wait = coolOff.multipliedBy(1L << Math.min(doublings, enough));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }
}
