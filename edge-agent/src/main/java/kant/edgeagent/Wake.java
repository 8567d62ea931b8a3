package kant.edgeagent;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How others wake the reconciler; wakes that come while it works count as one. Any thread may run it. */
final class Wake implements Runnable {
    private final Semaphore wakes = new Semaphore(0);

    @Override
    public void run() {
        wakes.release();
    }

    /** Waits for a wake, or until the time is over. */
    void await(Duration longest) throws InterruptedException {
        if (wakes.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) {
            wakes.drainPermits();
        }
    }
}
