package kant.edgeagent.sim;

import java.time.Duration;
import kant.world.Tasks;

/** Runs each task to its end on the caller's thread. */
public final class InlineTasks implements Tasks {
    @Override
    public Cancellable spawn(String name, Runnable task) {
        task.run();
        return () -> {};
    }

    @Override
    public Cancellable after(Duration delay, String name, Runnable task) {
        throw new UnsupportedOperationException("nothing here is delayed");
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public void close() {}
}
