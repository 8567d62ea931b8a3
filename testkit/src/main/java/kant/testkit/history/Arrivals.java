package kant.testkit.history;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The arrivals at one endpoint in their order: judges order and repeats. Guarded by its {@link History}. */
final class Arrivals {
    private final String endpoint;
    private final int window;
    private final List<History.Disturbance> disturbances;
    private final Findings findings;

    /** The last arrivals, as many as may repeat. */
    private final Deque<Arrival> last = new ArrayDeque<>();

    /** What may arrive so many times more, since it was among the last ones at a disturbance. */
    private final Map<Arrival, Integer> mayRepeat = new HashMap<>();

    /** Repeats that further sendings of their message explain, used up. */
    private final Map<Arrival, Integer> byFurtherSending = new HashMap<>();

    private int disturbancesPassed;
    private long count;
    private long repeats;
    private long repeatsSinceDisturbance;
    private long mostRepeatsAtOnce;

    private record Arrival(Stream stream, int number) {
        /** A message that was sent several times may be in the hub as often. */
        int mostCopies() {
            return 1 + stream.timesSentAgain(number);
        }
    }

    Arrivals(String endpoint, int window, List<History.Disturbance> disturbances, Findings findings) {
        this.endpoint = endpoint;
        this.window = window;
        this.disturbances = disturbances;
        this.findings = findings;
    }

    void take(Stream stream, Lane lane, int number, long atMillis) {
        passDisturbances(atMillis);
        var arrival = new Arrival(stream, number);
        if (lane.arrived.get(number)) {
            judgeRepeat(arrival, atMillis);
        } else {
            judgeOrder(stream, number, lane.first(number));
        }
        count++;
        last.add(arrival);
        if (last.size() > window) {
            last.remove();
        }
    }

    long count() {
        return count;
    }

    long repeats() {
        return repeats;
    }

    long mostRepeatsAtOnce() {
        return Math.max(mostRepeatsAtOnce, repeatsSinceDisturbance);
    }

    /** With the first arrival after a disturbance it is known what were the last ones before it. */
    private void passDisturbances(long atMillis) {
        while (disturbancesPassed < disturbances.size()
                && disturbances.get(disturbancesPassed).untilMillis() < atMillis) {
            disturbancesPassed++;
            last.forEach(arrival -> mayRepeat.merge(arrival, 1, (a, b) -> Math.min(a + b, arrival.mostCopies())));
            mostRepeatsAtOnce = mostRepeatsAtOnce();
            repeatsSinceDisturbance = 0;
        }
    }

    private void judgeOrder(Stream stream, int number, int furthestBefore) {
        if (furthestBefore > number && !stream.mayFollow(number, furthestBefore)) {
            findings.add(
                    Finding.OUT_OF_ORDER,
                    stream.name() + " " + number + " at " + endpoint + " came first behind " + furthestBefore);
        }
    }

    private void judgeRepeat(Arrival arrival, long atMillis) {
        repeats++;
        repeatsSinceDisturbance++;
        boolean explained = mayRepeat.containsKey(arrival)
                || disturbedNow(atMillis) && last.contains(arrival)
                || byFurtherSending.merge(arrival, 1, Integer::sum) < arrival.mostCopies();
        mayRepeat.computeIfPresent(arrival, (_, times) -> times == 1 ? null : times - 1);
        if (!explained) {
            findings.add(
                    Finding.UNEXPLAINED_REPEAT,
                    arrival.stream.name() + " " + arrival.number + " at " + endpoint + " although it was not among the last "
                            + window + " arrivals before one of " + disturbancesPassed + " disturbances");
        }
    }

    private boolean disturbedNow(long atMillis) {
        return disturbancesPassed < disturbances.size()
                && disturbances.get(disturbancesPassed).fromMillis() <= atMillis;
    }
}
