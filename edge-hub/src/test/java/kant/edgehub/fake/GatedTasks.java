package kant.edgehub.fake;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kant.world.Tasks;

/** Tasks whose timers of one name wait for the test; all else is the real thing. */
public final class GatedTasks implements Tasks {
    private final Tasks real;
    private final String held;
    private final Map<String, Runnable> waiting = new ConcurrentHashMap<>();

    public GatedTasks(Tasks real, String held) {
        this.real = real;
        this.held = held;
    }

    /** The time of what waits has come. */
    public void run() {
        Runnable task = waiting.remove(held);
        if (task == null) {
            throw new AssertionError("no timer \"" + held + "\" is set");
        }
        task.run();
    }

    @Override
    public void execute(Runnable task) {
        real.execute(task);
    }

    @Override
    public Cancellable spawn(String name, Runnable task) {
        return real.spawn(name, task);
    }

    @Override
    public Cancellable after(Duration delay, String name, Runnable task) {
        if (!name.equals(held)) {
            return real.after(delay, name, task);
        }
        waiting.put(name, task);
        return () -> waiting.remove(name);
    }

    @Override
    public void close() {
        real.close();
    }
}
