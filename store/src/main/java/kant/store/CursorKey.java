package kant.store;

import kant.model.message.Policy;
import kant.model.message.Target;

/**
 * What tells the cursors of one endpoint apart: messages of one priority and one policy are in one order.
 *
 * @param code as the files have it: the priority, + 2^32 for {@code dropLowestPriority} or 2^33 for {@code dropOldest}, + 2^34 for
 *     {@code newestFirst}; of a route that asks for nothing it is the priority
 */
record CursorKey(long code) {
    private static final int POLICY_SHIFT = 32;
    private static final long NEWEST_FIRST = 4;

    static CursorKey of(Target target) {
        return of(target.priority(), target.policy());
    }

    static CursorKey of(long priority, Policy policy) {
        long whenFull =
                switch (policy.whenFull()) {
                    case REFUSE -> 0;
                    case DROP_LOWEST_PRIORITY -> 1;
                    case DROP_OLDEST -> 2;
                };
        long order = policy.order() == Policy.Order.NEWEST_FIRST ? NEWEST_FIRST : 0;
        return new CursorKey(priority | (whenFull | order) << POLICY_SHIFT);
    }

    long priority() {
        return code & (1L << POLICY_SHIFT) - 1;
    }

    /** Never laxer than what was written: what this program does not know is kept. */
    Policy policy() {
        long bits = code >>> POLICY_SHIFT;
        Policy.WhenFull whenFull =
                switch ((int) (bits & 3)) {
                    case 1 -> Policy.WhenFull.DROP_LOWEST_PRIORITY;
                    case 2 -> Policy.WhenFull.DROP_OLDEST;
                    default -> Policy.WhenFull.REFUSE;
                };
        return new Policy(
                whenFull, (bits & NEWEST_FIRST) != 0 ? Policy.Order.NEWEST_FIRST : Policy.Order.OLDEST_FIRST);
    }
}
