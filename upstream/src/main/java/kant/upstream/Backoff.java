package kant.upstream;

import java.time.Duration;

/**
 * How long to wait after a failure: doubling from {@code first} to {@code cap}, of which between a half and the whole is
 * taken by chance, so that many who lost the same parent do not come back in one instant.
 */
public record Backoff(Duration first, Duration cap) {
    private static final int MAX_DOUBLINGS = 30;

    public Backoff {
        if (!first.isPositive() || cap.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "back-off from " + first + " to " + cap + " does not grow from above zero");
        }
    }

    /**
     * The wait before the next attempt.
     *
     * @param failures how many attempts failed before the one that failed just now
     * @param chance uniform in [0, 1)
     */
    public long nanos(int failures, double chance) {
        double whole = Math.min(
                (double) first.toNanos() * (1L << Math.clamp(failures, 0, MAX_DOUBLINGS)), (double) cap.toNanos());
        return (long) (whole * (0.5 + chance / 2));
    }
}
