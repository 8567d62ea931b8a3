package kant.store.segment;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How requests come to the one writer: many threads put without a lock, one takes all, in the order in which they were put. */
public final class Handoff {
    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicReference<@Nullable Request<?>> newest = new AtomicReference<>();
    private volatile boolean closed;

    /** What happened to a request. */
    public enum Put {
        /** It waits; the writer is at work and will see it. */
        QUEUED,
        /** It waits; the writer may be asleep and must be woken. */
        QUEUED_FIRST,
        /** It does not: too much waits already. */
        TOO_MUCH,
        /** There is no writer any more; it may or may not have been taken, so its sender must refuse it in any case. */
        CLOSED
    }

    /** @param maxBytes that may wait, by the requests' own weight */
    public Handoff(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** For any thread. */
    public Put put(Request<?> request) {
        int weight = request.weight();
        if (bytes.addAndGet(weight) > maxBytes && weight > 0) {
            bytes.addAndGet(-weight);
            return closed ? Put.CLOSED : Put.TOO_MUCH;
        }
        Request<?> before;
        do {
            before = newest.get();
            request.next = before;
        } while (!newest.compareAndSet(before, request));
        if (closed) {
            return Put.CLOSED; // asked last: whoever closed it has either seen this request or is seen here
        }
        return before == null ? Put.QUEUED_FIRST : Put.QUEUED;
    }

    /** Nothing that is put from here on is taken. The caller takes what is left. */
    public void close() {
        closed = true;
    }

    /** For the writer: the oldest of all that wait, linked by {@link Request#next}; null if there is none. */
    public @Nullable Request<?> takeAll() {
        Request<?> oldest = null;
        long taken = 0;
        for (Request<?> r = newest.getAndSet(null); r != null; ) {
            Request<?> before = r.next;
            r.next = oldest;
            oldest = r;
            taken += r.weight();
            r = before;
        }
        if (taken > 0) {
            bytes.addAndGet(-taken);
        }
        return oldest;
    }
}
