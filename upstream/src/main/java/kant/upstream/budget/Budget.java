package kant.upstream.budget;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a link may send. Every byte on the wire is counted; telemetry asks before each message and waits while too much has
 * gone, or in quiet hours. Twins, methods, acknowledgements and keep-alives never ask, so they never wait, but what they cost
 * telemetry pays.
 */
public final class Budget {
    private static final Logger log = LoggerFactory.getLogger(Budget.class);

    /** The wall clock may be set meanwhile: quiet hours are looked at again at least so often. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    /** Senders that wait are let on one by one, in turn; so many a second at least. */
    private static final long SHORTEST_WAIT_NANOS = Duration.ofMillis(1).toNanos();

    private final Tasks tasks;
    private final Time time;
    private final LongAdder sent = new LongAdder();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private volatile UpstreamLimits limits = UpstreamLimits.NONE;
    private @Nullable Bucket bucket;
    private Tasks.@Nullable Cancellable timer;

    /** One without limits, to begin with. */
    public Budget(Tasks tasks, Time time) {
        this.tasks = tasks;
        this.time = time;
    }

    /** Sets the limits, which are in force at once, also for what waits. */
    public void limit(UpstreamLimits next) {
        synchronized (this) {
            if (next.equals(limits)) {
                return;
            }
            limits = next;
            bucket = next.bytesPerSecond().isPresent()
                    ? new Bucket(next.bytesPerSecond().getAsLong(), time.nanos())
                    : null;
            schedule();
        }
        log.atInfo()
                .addKeyValue(
                        "bytesPerSecond",
                        next.bytesPerSecond().isPresent()
                                ? next.bytesPerSecond().getAsLong()
                                : "unlimited")
                .addKeyValue("quietHours", next.quiet().windows().size())
                .log("upstream limits in force");
    }

    /** What is in force. */
    public UpstreamLimits limits() {
        return limits;
    }

    /** Bytes on the wire since the start. */
    public long sentBytes() {
        return sent.sum();
    }

    /** Whether these are hours in which telemetry waits. */
    public boolean quiet() {
        return !limits.quiet().left(time.now()).isZero();
    }

    /** Whether a message of telemetry may be put on the wire now. */
    public boolean open() {
        if (!limits.any()) {
            return true;
        }
        synchronized (this) {
            return waitNanos() == 0;
        }
    }

    /** So many bytes were put on the wire. */
    void written(int bytes) {
        sent.add(bytes);
        if (limits.bytesPerSecond().isPresent()) {
            synchronized (this) {
                if (bucket != null) {
                    bucket.take(bytes, time.nanos());
                }
            }
        }
    }

    /** Runs this once, on any thread, when telemetry may go; those who ask are let on in their order. */
    public synchronized void whenOpen(Runnable waiter) {
        waiting.add(waiter);
        if (waiting.size() == 1) {
            schedule();
        }
    }

    private void next() {
        Runnable first = null;
        synchronized (this) {
            timer = null;
            if (waitNanos() == 0) {
                first = waiting.poll();
            }
            schedule();
        }
        if (first != null) {
            first.run();
        }
    }

    private void schedule() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (!waiting.isEmpty()) {
            long wait = Math.clamp(waitNanos(), SHORTEST_WAIT_NANOS, LONGEST_WAIT.toNanos());
            timer = tasks.after(Duration.ofNanos(wait), "upstream budget", this::next);
        }
    }

    private long waitNanos() {
        Duration quiet = limits.quiet().left(time.now());
        if (!quiet.isZero()) {
            return quiet.toNanos();
        }
        return bucket == null ? 0 : bucket.emptyNanos(time.nanos());
    }
}
