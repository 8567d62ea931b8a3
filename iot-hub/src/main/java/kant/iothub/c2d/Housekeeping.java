package kant.iothub.c2d;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import kant.iothub.error.HubRefusedException;
import kant.world.Tasks;
import kant.world.Tasks.Cancellable;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sweeps the queues when a lock runs out or a message becomes too old, as far as it knows, and once a minute in any case. */
public final class Housekeeping implements CloudListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private final CloudMessages messages;
    private final Tasks tasks;
    private final Time time;
    private @Nullable Cancellable timer; // guarded by this, as are all below
    private Instant armed = Instant.MAX;
    private boolean closed;

    public Housekeeping(CloudMessages messages, Tasks tasks, Time time) {
        this.messages = messages;
        this.tasks = tasks;
        this.time = time;
    }

    @Override
    public synchronized void due(Instant when) {
        Instant latest = time.now().plus(LONGEST);
        Instant next = when.isAfter(latest) ? latest : when;
        if (closed || !next.isBefore(armed)) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        armed = next;
        Duration wait = Duration.between(time.now(), next);
        timer = tasks.after(
                wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait, "sweep of messages to devices", this::sweep);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void sweep() {
        synchronized (this) {
            armed = Instant.MAX;
            timer = null; // it is this task: cancelling it would interrupt the sweep
        }
        Instant next = Instant.MAX;
        try {
            next = messages.sweep();
        } catch (IOException | HubRefusedException e) {
            log.atError().addKeyValue("reason", e.getMessage()).log("messages to devices could not be swept");
        }
        due(next);
    }
}
