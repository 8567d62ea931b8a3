package kant.edgeagent.plan;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How often each work failed and when it may be tried again: after failure n not before {@code coolOff × 2^n}, capped
 * (the original's wait is not), and never again after the last allowed one (reference/agent.md §4.6). Immutable.
 */
public record Attempts(Map<String, Failures> byWork) {

    /** @param at on the clock that only goes forward, in nanoseconds */
    public record Failures(int count, long at) {}

    /** What may be done about a work now. */
    public enum Verdict {
        READY,
        COOLING_OFF,
        GIVEN_UP
    }

    public Attempts {
        byWork = Map.copyOf(byWork);
    }

    public static Attempts none() {
        return new Attempts(Map.of());
    }

    public Verdict verdict(Work work, SupervisionRules rules, long nowNanos) {
        Failures failures = byWork.get(work.id());
        if (failures == null) {
            return Verdict.READY;
        }
        if (failures.count() >= rules.maxRestarts()) {
            return Verdict.GIVEN_UP;
        }
        boolean waited = Duration.ofNanos(nowNanos - failures.at()).compareTo(rules.wait(failures.count())) > 0;
        return waited ? Verdict.READY : Verdict.COOLING_OFF;
    }

    /** How often it failed. */
    public int count(Work work) {
        Failures failures = byWork.get(work.id());
        return failures == null ? 0 : failures.count();
    }

    public Attempts failed(Work work, long nowNanos) {
        Map<String, Failures> next = new HashMap<>(byWork);
        next.merge(work.id(), new Failures(1, nowNanos), (old, fresh) -> new Failures(old.count() + 1, nowNanos));
        return new Attempts(next);
    }

    public Attempts succeeded(Work work) {
        Map<String, Failures> next = new HashMap<>(byWork);
        next.remove(work.id());
        return new Attempts(next);
    }
}
