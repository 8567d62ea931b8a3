package kant.edgehub.fake;

import java.time.Duration;
import java.time.Instant;
import kant.testkit.sim.SimTasks;
import kant.testkit.sim.SimTime;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/** Clock, tasks and chance of one test: tasks run when {@link #run} or {@link #advance} says so, on the test's thread. */
public final class ManualWorld implements Tasks, Time, Randomness {
    private final SimTime time = new SimTime();
    private final SimTasks tasks = new SimTasks(time);
    private int drawn;

    /** Runs everything that is ready, and what becomes ready by that. */
    public void run() {
        tasks.run();
    }

    /** Moves the clock, running timers in their order. */
    public void advance(Duration by) {
        tasks.advance(by);
    }

    @Override
    public void execute(Runnable task) {
        tasks.execute(task);
    }

    @Override
    public Cancellable spawn(String name, Runnable task) {
        return tasks.spawn(name, task);
    }

    @Override
    public Cancellable after(Duration delay, String name, Runnable task) {
        return tasks.after(delay, name, task);
    }

    @Override
    public void close() {
        tasks.close();
    }

    @Override
    public Instant now() {
        return time.now();
    }

    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public void sleep(Duration duration) {
        advance(duration);
    }

    @Override
    public byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        bytes[count - 1] = (byte) ++drawn;
        return bytes;
    }

    @Override
    public double fraction() {
        return 0.5;
    }
}
