package kant.fuzz;

import java.time.Duration;
import kant.world.Tasks;

/** Runs every task to its end on the caller's thread, and delayed ones never: nothing here takes time. */
final class InlineTasks implements Tasks {
    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public Cancellable spawn(String name, Runnable task) {
        task.run();
        return () -> {};
    }

    @Override
    public Cancellable after(Duration delay, String name, Runnable task) {
        return () -> {};
    }

    @Override
    public void close() {
        // nothing is under way
    }
}
