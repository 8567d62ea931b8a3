package kant.iothub.deploy;

import java.util.Comparator;

/**
 * A configuration as far as the choice among several needs it.
 *
 * @param base whether it stands alone, and is not a layer
 * @param target which devices it is for
 */
record Candidate(String id, long created, int priority, boolean base, TargetCondition target) {

    /** The higher priority wins, then the one created later (agent.md §10.2). */
    static final Comparator<Candidate> WEAKEST_FIRST =
            Comparator.comparingInt(Candidate::priority).thenComparingLong(Candidate::created);

    /** Names its content for ever: content never changes, and one that is created again was created at another time. */
    String key() {
        return id + " " + created;
    }

    /** The same with its condition as text. */
    record Row(String id, long created, int priority, boolean base, String condition) {
        Candidate with(TargetCondition target) {
            return new Candidate(id, created, priority, base, target);
        }
    }
}
