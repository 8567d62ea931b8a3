package kant.testkit.history;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one sender sends at one priority: numbers from 0 on, in the order of sending. To be told before a message leaves, and
 * after an answer came.
 */
public final class Stream {
    private static final int EXAMPLES = 3;

    private final History history;
    private final String name;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final BitSet acknowledged = new BitSet();
    private final BitSet refused = new BitSet();

    /** Sent more than once, and an earlier time left it open whether it was taken. */
    private final BitSet perhapsTaken = new BitSet();

    /** Messages that were sent more than once; few, for a message is sent again only where a crash took its answer. */
    private final Map<Integer, Again> again = new HashMap<>();

    private int next;

    /** @param behind the highest number that was sent before the last sending */
    private record Again(int times, int behind) {}

    /** Takes how often a promise was broken, with an example. */
    interface Judge {
        void found(Finding finding, long count, String example);
    }

    Stream(History history, String name, List<String> endpoints) {
        this.history = history;
        this.name = name;
        endpoints.forEach(endpoint -> lanes.put(endpoint, new Lane(endpoint)));
    }

    public String name() {
        return name;
    }

    /** The number of a message that is about to be sent for the first time. */
    public int next() {
        synchronized (history) {
            return next++;
        }
    }

    /** A message whose outcome is unknown, or that was refused, is about to be sent once more. */
    public void again(int number) {
        synchronized (history) {
            checkSent(number);
            if (!refused.get(number)) {
                perhapsTaken.set(number);
            }
            refused.clear(number);
            Again before = again.get(number);
            again.put(number, new Again(before == null ? 1 : before.times + 1, next - 1));
        }
    }

    public void acknowledged(int number) {
        synchronized (history) {
            checkSent(number);
            acknowledged.set(number);
        }
    }

    /** The hub said no: the sender still has the message, and nobody else may. */
    public void refused(int number) {
        synchronized (history) {
            checkSent(number);
            refused.set(number);
        }
    }

    // -- for the history, which holds its lock --------------------------------------------------------------------

    @Nullable Lane lane(String endpoint) {
        return lanes.get(endpoint);
    }

    int timesSentAgain(int number) {
        Again found = again.get(number);
        return found == null ? 0 : found.times;
    }

    /** Whether a message may arrive for the first time behind another one: it was sent once more after that. */
    boolean mayFollow(int number, int other) {
        Again found = again.get(number);
        return found != null && other <= found.behind;
    }

    long sentCount() {
        return next;
    }

    long acknowledgedCount() {
        return acknowledged.cardinality();
    }

    long missing() {
        return lanes.values().stream()
                .mapToLong(lane -> missing(lane).cardinality())
                .sum();
    }

    void judge(Judge judge) {
        for (Lane lane : lanes.values()) {
            report(judge, Finding.MISSING, missing(lane), lane);
            BitSet neverSent = (BitSet) lane.arrived.clone();
            neverSent.clear(0, next);
            report(judge, Finding.PHANTOM, neverSent, lane);
            BitSet unwanted = (BitSet) refused.clone();
            unwanted.and(lane.arrived);
            unwanted.andNot(perhapsTaken);
            report(judge, Finding.REFUSED_AND_ARRIVED, unwanted, lane);
        }
    }

    private BitSet missing(Lane lane) {
        BitSet missing = (BitSet) acknowledged.clone();
        missing.andNot(lane.arrived);
        return missing;
    }

    private void report(Judge judge, Finding finding, BitSet numbers, Lane lane) {
        if (!numbers.isEmpty()) {
            judge.found(
                    finding,
                    numbers.cardinality(),
                    name + " at " + lane.endpoint + ": " + Ranges.text(numbers, EXAMPLES) + " of " + next);
        }
    }

    private void checkSent(int number) {
        if (number < 0 || number >= next) {
            throw new IllegalArgumentException(name + " has sent 0 to " + (next - 1) + " and not " + number);
        }
    }
}
