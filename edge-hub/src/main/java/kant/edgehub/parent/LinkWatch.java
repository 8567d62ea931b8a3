package kant.edgehub.parent;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import kant.model.message.Target;
import kant.store.EndpointCounts;
import kant.store.MessageStore;
import kant.upstream.LinkState;
import kant.world.Time;

/** Remembers since when the link has been as it is, and looks at what waits for it. Callable from any thread. */
public final class LinkWatch {
    /** A wall clock that differs by more from what has passed since was set meanwhile, and its old time means nothing. */
    private static final Duration CLOCK_WAS_SET = Duration.ofSeconds(5);

    private final Queue queue;
    private final Time time;
    private LinkView.State state = LinkView.State.CONNECTING;
    private Instant since;
    private long sinceNanos;
    private long transitions;

    /** What waits for the parent. Asked anew for each view; may read the disk. */
    public interface Queue {
        long pending();

        /** How long the oldest has waited; empty where nothing waits. */
        Optional<Duration> oldest();

        static Queue of(MessageStore store) {
            return new Queue() {
                @Override
                public long pending() {
                    EndpointCounts counts = store.stats().endpoints().get(Target.UPSTREAM);
                    return counts == null ? 0 : counts.pending();
                }

                @Override
                public Optional<Duration> oldest() {
                    return store.oldestPending(Target.UPSTREAM);
                }
            };
        }
    }

    public LinkWatch(Queue queue, Time time) {
        this.queue = queue;
        this.time = time;
        since = now();
        sinceNanos = time.nanos();
    }

    /** The link shows this from now on; says whether that is another state for those who look. */
    public synchronized boolean changed(LinkState shown) {
        LinkView.State next = switch (shown) {
            case UP -> LinkView.State.UP;
            case CONNECTING -> LinkView.State.CONNECTING;
            case DOWN, DRAINING -> LinkView.State.DOWN;
        };
        if (next == state) {
            return false;
        }
        state = next;
        since = now();
        sinceNanos = time.nanos();
        transitions++;
        return true;
    }

    /** As it is now; may read the disk, so not for event loops. */
    public LinkView view() {
        return view(queue.pending(), queue.oldest().orElse(Duration.ZERO));
    }

    private synchronized LinkView view(long pending, Duration oldest) {
        Duration lasts = Duration.ofNanos(time.nanos() - sinceNanos);
        Instant began = now().minus(lasts).truncatedTo(ChronoUnit.SECONDS);
        if (Duration.between(since, began).abs().compareTo(CLOCK_WAS_SET) > 0) {
            since = began;
        }
        return new LinkView(state, since, lasts, transitions, pending, oldest);
    }

    private Instant now() {
        return time.now().truncatedTo(ChronoUnit.SECONDS);
    }
}
