package kant.edgedaemon.watch;

import java.time.Duration;

/** How long to wait before the next attempt: 1 s, doubled each time, at most a minute; from the beginning after a steady while. */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofSeconds(60);
    private static final int MAX_DOUBLINGS = 6;

    private int attempts;

    /** Counts an attempt and says how long to wait before another. */
    Duration next() {
        Duration wait = FIRST.multipliedBy(1L << Math.min(attempts, MAX_DOUBLINGS));
        attempts++;
        return wait.compareTo(MOST) < 0 ? wait : MOST;
    }

    void reset() {
        attempts = 0;
    }
}
