package kant.world;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * One operating-system thread that runs one loop. For work that blocks in file calls: a virtual thread that does would hold its
 * carrier, and with two carriers one slow disk would stop every virtual thread.
 */
public final class PlatformThread implements AutoCloseable {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final Thread thread;
    private volatile boolean closing;

    private PlatformThread(String name, Loop loop) {
        thread = new Thread(
                () -> {
                    while (!closing) {
                        long waitNanos = loop.step();
                        if (waitNanos > 0 && !closing) {
                            LockSupport.parkNanos(this, waitNanos);
                        }
                    }
                },
                name);
        thread.setDaemon(true);
    }

    /** Starts the loop. */
    public static PlatformThread start(String name, Loop loop) {
        var started = new PlatformThread(name, loop);
        started.thread.start();
        return started;
    }

    /** Ends a wait of the loop, or the next one if it is not waiting; cheap and for any thread. */
    public void wake() {
        LockSupport.unpark(thread);
    }

    /** Whether the caller is the loop. */
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Lets the step under way end and waits a bounded time for it; tells by {@link #ended} whether it did. */
    @Override
    public void close() {
        closing = true;
        wake();
        if (isCurrent()) {
            return;
        }
        try {
            var _ = thread.join(CLOSE_WAIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    public boolean ended() {
        return !thread.isAlive();
    }

    /** One turn of the loop. */
    @FunctionalInterface
    public interface Loop {
        /** Does what there is to do; returns how long to wait for the next turn if nobody wakes it, 0 for none. */
        long step();
    }
}
