package kant.edgehub.fake;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what other threads do, never longer than a bound. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private Await() {}

    /** @param what for the failure's message */
    public static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited " + LIMIT.toSeconds() + " s in vain until " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
