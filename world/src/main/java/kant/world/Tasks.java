package kant.world;

import java.time.Duration;
import java.util.concurrent.Executor;

/** Where work that waits is run: one virtual thread per task. Also an {@link Executor}. */
public interface Tasks extends Executor, AutoCloseable {

    /** Starts a task under a name for logs and thread dumps; a failure that escapes it is logged, not lost. */
    Cancellable spawn(String name, Runnable task);

    /** Runs a task once after a delay, on a thread of its own. */
    Cancellable after(Duration delay, String name, Runnable task);

    /** Interrupts all tasks and waits a bounded time for them to end. */
    @Override
    void close();

    /** The real ones. */
    static Tasks virtual(String name) {
        return new VirtualTasks(name);
    }

    /** Something that can be called off; calling twice is harmless. */
    interface Cancellable {
        void cancel();
    }
}
