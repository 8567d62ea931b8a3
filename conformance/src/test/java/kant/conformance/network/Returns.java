package kant.conformance.network;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** How long one hub's first message takes from the network's return to its arrival at the parent. */
final class Returns {
    private static final long NONE = Long.MIN_VALUE;

    private final AtomicLong since = new AtomicLong(NONE);
    private final Collection<Duration> waits = new ConcurrentLinkedQueue<>();

    /** The network has come back; where it goes again before anything arrived, nothing is measured. */
    void begin() {
        since.set(System.nanoTime());
    }

    /** A message of this hub arrived. */
    void arrived() {
        long begun = since.getAndSet(NONE);
        if (begun != NONE) {
            waits.add(Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    List<Duration> waits() {
        return List.copyOf(waits);
    }

    /** Count, median and 99 of 100 in words. */
    static String summary(List<Duration> all) {
        if (all.isEmpty()) {
            return "no cuts";
        }
        List<Duration> sorted = new ArrayList<>(all);
        sorted.sort(null);
        return "network back to first message, ms, " + all.size() + " cuts: median "
                + at(sorted, 0.5).toMillis() + ", 99 of 100 " + at(sorted, 0.99).toMillis() + ", longest "
                + sorted.getLast().toMillis();
    }

    private static Duration at(List<Duration> sorted, double share) {
        return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * share)));
    }
}
