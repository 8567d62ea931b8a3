package kant.edgehub.fake;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/** Clock, tasks and chance of one test: tasks run when {@link #run} or {@link #advance} says so, on the test's thread. */
public final class ManualWorld implements Tasks, Time, Randomness {
    private final Deque<Runnable> ready = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::at));
    private long nanos;
    private int drawn;

    private record Timer(long at, Runnable task) {}

    /** Runs everything that is ready, and what becomes ready by that. */
    public void run() {
        for (Runnable task = ready.poll(); task != null; task = ready.poll()) {
            task.run();
        }
    }

    /** Moves the clock, running timers in their order. */
    public void advance(Duration by) {
        long end = nanos + by.toNanos();
        run();
        while (!timers.isEmpty() && timers.peek().at <= end) {
            Timer timer = timers.remove();
            nanos = timer.at;
            timer.task.run();
            run();
        }
        nanos = end;
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
        var timer = new Timer(nanos + delay.toNanos(), task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public void close() {
        ready.clear();
        timers.clear();
    }

    @Override
    public Instant now() {
        return Instant.parse("2026-01-01T00:00:00Z").plusNanos(nanos);
    }

    @Override
    public long nanos() {
        return nanos;
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
