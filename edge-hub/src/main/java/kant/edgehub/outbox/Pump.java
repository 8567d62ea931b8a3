package kant.edgehub.outbox;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one step again and again, never twice at once, at least once after each wake; holds no thread in between. It borrows
 * the thread that wakes it, as long as that has not to wait: another one would cost more than the step.
 */
final class Pump {
    private static final Logger log = LoggerFactory.getLogger(Pump.class);

    /** Steps in a row on a borrowed thread, which has work of its own. */
    private static final int MAX_BORROWED = 4;

    private final Executor executor;
    private final Step step;
    private final AtomicInteger wakes = new AtomicInteger();

    /** What a pump does. */
    @FunctionalInterface
    interface Step {
        /** @return false where the rest of the step may block, and has to be run again where that is allowed */
        boolean run(boolean mayBlock);
    }

    /** @param executor its threads may block */
    Pump(Executor executor, Step step) {
        this.executor = executor;
        this.step = step;
    }

    /** Callable from any thread, also from one that must not block. */
    void wake() {
        if (wakes.getAndIncrement() == 0) {
            run(false);
        }
    }

    private void run(boolean mayBlock) {
        int seen = wakes.get();
        int steps = 0;
        do {
            if (!mayBlock && steps++ == MAX_BORROWED || !stepped(mayBlock)) {
                executor.execute(() -> run(true)); // still this pump's only run: the wakes are not taken back
                return;
            }
            seen = wakes.addAndGet(-seen);
        } while (seen != 0);
    }

    private boolean stepped(boolean mayBlock) {
        try {
            return step.run(mayBlock);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("an outbox failed unexpectedly");
            return true;
        }
    }
}
