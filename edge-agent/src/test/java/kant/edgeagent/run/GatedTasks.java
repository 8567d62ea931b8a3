package kant.edgeagent.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kant.world.Tasks;

/** Tasks that begin at once and end when they are told to. */
final class GatedTasks implements Tasks {
    final List<String> begun = new ArrayList<>();
    final List<String> cancelled = new ArrayList<>();
    private final Map<String, Runnable> tasks = new LinkedHashMap<>();

    /** Runs a task to its end. */
    void finish(String name) {
        Runnable task = tasks.remove(name);
        if (task == null) {
            throw new AssertionError(name + " has not begun, or has ended");
        }
        task.run();
    }

    @Override
    public Cancellable spawn(String name, Runnable task) {
        begun.add(name);
        tasks.put(name, task);
        return () -> cancelled.add(name);
    }

    @Override
    public Cancellable after(Duration delay, String name, Runnable task) {
        throw new UnsupportedOperationException("nothing here is delayed");
    }

    @Override
    public void execute(Runnable task) {
        spawn("", task);
    }

    @Override
    public void close() {
        tasks.clear();
    }
}
