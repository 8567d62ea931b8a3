package kant.edgeagent.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kant.world.Tasks;

/** Runs each task to its end on the caller's thread, but for those of one name, which wait until they are let go. */
public final class HoldingTasks implements Tasks {
    private final List<Runnable> waiting = new ArrayList<>();
    private final Tasks inline = new InlineTasks();
    private final String held;
    private boolean letGo;

    public HoldingTasks(String held) {
        this.held = held;
    }

    /** Runs those that wait, and holds back none from now on. */
    public void letGo() {
        letGo = true;
        waiting.forEach(Runnable::run);
    }

    @Override
    public Cancellable spawn(String name, Runnable task) {
        if (letGo || !name.equals(held)) {
            return inline.spawn(name, task);
        }
        waiting.add(task);
        return () -> waiting.remove(task);
    }

    @Override
    public Cancellable after(Duration delay, String name, Runnable task) {
        return inline.after(delay, name, task);
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public void close() {
        waiting.clear();
    }
}
