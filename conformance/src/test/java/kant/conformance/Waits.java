package kant.conformance;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what only the outside shows, always with an end. */
public final class Waits {
    private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

    private Waits() {}

    public interface Condition {
        boolean holds() throws Exception;
    }

    public interface Source<T> {
        /** Null while there is nothing yet. */
        T look() throws Exception;
    }

    public static void until(String what, Duration limit, Condition condition) throws Exception {
        value(what, limit, () -> condition.holds() ? Boolean.TRUE : null);
    }

    public static <T> T value(String what, Duration limit, Source<T> source) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            T value = source.look();
            if (value != null) {
                return value;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited " + limit.toSeconds() + " s in vain for " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
