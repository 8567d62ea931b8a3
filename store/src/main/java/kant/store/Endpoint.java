package kant.store;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import kant.store.segment.Segment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One endpoint: its cursors by priority with their books, and the {@link EndpointReader} that empties them. {@code lock} guards
 * their state and is held for moments; the writer takes it once a group, to publish.
 */
final class Endpoint implements Cursor {
    private static final Logger log = LoggerFactory.getLogger(Endpoint.class);

    private final String name;
    private final StoreState store;
    private final QueueAge age;
    private final ReentrantLock lock = new ReentrantLock();
    private final EndpointReader reader;

    private volatile List<PriorityCursor> cursors = List.of();
    private volatile Runnable wake = () -> {};

    Endpoint(String name, StoreState store) {
        this.name = name;
        this.store = store;
        age = new QueueAge(store);
        reader = new EndpointReader(name, store, () -> cursors, lock);
    }

    String name() {
        return name;
    }

    // -- for the reader -------------------------------------------------------------------------------------------

    @Override
    public List<Entry> read(int maxMessages, int maxBytes) {
        return reader.read(maxMessages, maxBytes);
    }

    @Override
    public @Nullable List<Entry> readMemory(int maxMessages, int maxBytes) {
        return reader.readMemory(maxMessages, maxBytes);
    }

    @Override
    public void delivered(Entry entry) {
        settle(entry, c -> c.delivered++);
    }

    @Override
    public void dropped(Entry entry, String reason) {
        settle(entry, c -> c.drop(reason, 1));
    }

    @Override
    public void release(Entry entry) {
        lock.lock();
        try {
            for (PriorityCursor c : cursors) {
                Slot slot = c.priority() == entry.priority() ? c.inFlight.remove(entry.sequence()) : null;
                if (slot != null) {
                    slot.attempt++;
                    c.again.put(slot.sequence, slot);
                    c.headExpiresMillis = 0;
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onAvailable(Runnable itsWake) {
        wake = itsWake;
    }

    @Override
    public long pending() {
        return sum().pending();
    }

    // -- for the store --------------------------------------------------------------------------------------------

    List<QueueLength> lengths() {
        lock.lock();
        try {
            var lengths = new TreeMap<Long, Long>();
            cursors.forEach(c -> lengths.merge(c.priority(), c.pending(), Long::sum));
            return lengths.entrySet().stream()
                    .map(e -> new QueueLength(name, e.getKey(), e.getValue()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** The first of all that is pending, in the log; {@link Long#MAX_VALUE} where nothing is. */
    private long oldestSequence() {
        lock.lock();
        try {
            return cursors.stream()
                    .filter(c -> c.pending() > 0)
                    .mapToLong(PriorityCursor::oldestSequence)
                    .min()
                    .orElse(Long.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    /** How long the oldest that is pending has waited; empty where nothing is. Reads the disk. */
    Optional<Duration> age() {
        return age.of(oldestSequence());
    }

    EndpointCounts sum() {
        lock.lock();
        try {
            long accepted = 0;
            long delivered = 0;
            long expired = 0;
            long pending = 0;
            Map<String, Long> dropped = new TreeMap<>();
            for (PriorityCursor c : cursors) {
                accepted += c.accepted;
                delivered += c.delivered;
                expired += c.expired;
                pending += c.pending();
                c.dropped.forEach((reason, count) -> dropped.merge(reason, count, Long::sum));
            }
            return new EndpointCounts(accepted, delivered, expired, dropped, pending);
        } finally {
            lock.unlock();
        }
    }

    /** The cursor of a priority and policy, or null. */
    @Nullable
    PriorityCursor cursor(CursorKey key) {
        for (PriorityCursor c : cursors) {
            if (c.key().equals(key)) {
                return c;
            }
        }
        return null;
    }

    /** From the lowest, that is the one with the highest number, up. */
    List<Long> priorities() {
        return cursors.stream()
                .map(PriorityCursor::priority)
                .distinct()
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /** How many of a cursor's messages in a segment are pending, and may not go or are being sent. */
    long staying(SegmentSummary.Span span, Segment segment, Predicate<PriorityCursor> mayGo) {
        PriorityCursor c = cursor(span.key());
        if (c == null) {
            return 0;
        }
        lock.lock();
        try {
            long sent = c.sentFrom(segment.baseSequence(), segment.endSequence());
            return mayGo.test(c) ? sent : sent + c.waitingFrom(span, segment.baseSequence(), segment.endSequence());
        } finally {
            lock.unlock();
        }
    }

    /** Drops what may go of a cursor's messages up to the end of a span, but for what is being sent; returns how many. */
    long dropThrough(SegmentSummary.Span span, Predicate<PriorityCursor> mayGo, String reason) {
        PriorityCursor c = cursor(span.key());
        if (c == null || !mayGo.test(c)) {
            return 0;
        }
        lock.lock();
        try {
            return c.dropThrough(span.last(), reason, store.memory());
        } finally {
            lock.unlock();
        }
    }

    /** By the writer only. */
    void add(PriorityCursor cursor) {
        cursors = Stream.concat(cursors.stream(), Stream.of(cursor))
                .sorted(Comparator.comparingLong(PriorityCursor::priority)
                        .thenComparing(c -> c.newestFirst() ? 0 : 1)
                        .thenComparingInt(PriorityCursor::id))
                .toList();
    }

    /** Does something with each cursor's state under the lock. */
    void forEachLocked(Consumer<PriorityCursor> action) {
        lock.lock();
        try {
            cursors.forEach(action);
        } finally {
            lock.unlock();
        }
    }

    /** Makes a group's new messages readable, in memory if there is room; {@link #wakeReader} follows. */
    void publish(PriorityCursor c) {
        lock.lock();
        try {
            c.staged.forEach(slot -> c.accept(slot, store.memory()));
        } finally {
            lock.unlock();
        }
        c.staged.clear();
    }

    void wakeReader() {
        try {
            wake.run();
        } catch (RuntimeException e) {
            log.atError().addKeyValue("endpoint", name).setCause(e).log("the endpoint's reader failed to be woken");
        }
    }

    /** The endpoint's routes are gone: all that is pending is dropped. */
    void removePending() {
        forEachLocked(c -> c.dropAll(DropReason.ROUTE_REMOVED, store.memory()));
        store.changed();
    }

    /**
     * About once a second, on the writer thread: counts what has expired at the heads, takes memory back from a reader that does
     * not come, and wakes one that could not read the disk.
     */
    void tick() {
        if (!reader.cameSinceAsked()) {
            forEachLocked(c -> c.readerStaysAway(store.memory()));
        }
        reader.sweep();
        if (reader.failedSinceAsked()) {
            wakeReader();
        }
    }

    /** The reader will not come back. */
    void close() {
        reader.close();
    }

    // -- settling -------------------------------------------------------------------------------------------------

    private void settle(Entry entry, Consumer<PriorityCursor> count) {
        if (settled(entry, count)) {
            store.changed();
        }
    }

    private boolean settled(Entry entry, Consumer<PriorityCursor> count) {
        lock.lock();
        try {
            for (PriorityCursor c : cursors) {
                if (c.priority() == entry.priority() && c.inFlight.remove(entry.sequence()) != null) {
                    count.accept(c);
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }
}
