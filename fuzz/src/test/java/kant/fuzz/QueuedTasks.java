package kant.fuzz;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import kant.world.Tasks;

/** Runs tasks when it is told to, each to its end, on the caller's thread; delayed ones never: nothing here takes time. */
final class QueuedTasks implements Tasks {
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    /** Says whether there was any. */
    boolean run() {
        boolean some = !waiting.isEmpty();
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
        return some;
    }

    @Override
    public void execute(Runnable task) {
        waiting.add(task);
    }

    @Override
    public Cancellable spawn(String name, Runnable task) {
        waiting.add(task);
        return () -> waiting.remove(task);
    }

    @Override
    public Cancellable after(Duration delay, String name, Runnable task) {
        return () -> {};
    }

    @Override
    public void close() {
        waiting.clear();
    }
}
