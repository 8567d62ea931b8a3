package kant.testkit.sim;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import kant.world.Tasks;

/** Tasks that wait until they are told to run, on the thread that tells them, and timers on a clock that is told to move. */
public final class SimTasks implements Tasks {
    private final SimTime time;
    private final Deque<Runnable> ready = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::at));

    private record Timer(long at, Runnable task) {}

    /** On a clock of their own, which {@link #advance} alone moves. */
    public SimTasks() {
        this(new SimTime());
    }

    public SimTasks(SimTime time) {
        this.time = time;
    }

    /** Runs everything that is ready, and what becomes ready by that; says whether there was any. */
    public boolean run() {
        boolean some = !ready.isEmpty();
        for (Runnable task = ready.poll(); task != null; task = ready.poll()) {
            task.run();
        }
        return some;
    }

    /** Moves the clock, running timers in their order, each at its time. */
    public void advance(Duration by) {
        long end = time.nanos() + by.toNanos();
        run();
        while (!timers.isEmpty() && timers.peek().at <= end) {
            Timer timer = timers.remove();
            moveTo(timer.at);
            timer.task.run();
            run();
        }
        moveTo(end);
    }

    @Override
    public void execute(Runnable task) {
        ready.add(task);
    }

    @Override
    public Cancellable spawn(String name, Runnable task) {
        ready.add(task);
        return () -> ready.remove(task);
    }

    @Override
    public Cancellable after(Duration delay, String name, Runnable task) {
        var timer = new Timer(time.nanos() + delay.toNanos(), task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public void close() {
        ready.clear();
        timers.clear();
    }

    private void moveTo(long nanos) {
        time.advance(Duration.ofNanos(Math.max(0, nanos - time.nanos())));
    }
}
