package kant.edgehub.outbox;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one step again and again, never twice at once, at least once after each wake; holds no thread in between. */
final class Pump {
    private static final Logger log = LoggerFactory.getLogger(Pump.class);

    private final Executor executor;
    private final Runnable step;
    private final AtomicInteger wakes = new AtomicInteger();

    Pump(Executor executor, Runnable step) {
        this.executor = executor;
        this.step = step;
    }

    /** Callable from any thread; returns at once. */
    void wake() {
        if (wakes.getAndIncrement() == 0) {
            executor.execute(this::run);
        }
    }

    private void run() {
        int seen = wakes.get();
        do {
            try {
                step.run();
            } catch (RuntimeException e) {
                log.atError().setCause(e).log("an outbox failed unexpectedly");
            }
            seen = wakes.addAndGet(-seen);
        } while (seen != 0);
    }
}
