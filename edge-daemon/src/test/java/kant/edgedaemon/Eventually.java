package kant.edgedaemon;

import java.time.Duration;

/** Waits for a fact, at most 20 seconds, and says what it waited for. */
public final class Eventually {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Eventually() {}

    /** A fact that may take a while. */
    public interface Fact {
        boolean holds() throws Exception;
    }

    public static void that(String what, Fact fact) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!fact.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come within " + LIMIT.toSeconds() + " s: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(10).toNanos());
        }
    }
}
