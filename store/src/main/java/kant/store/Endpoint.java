package kant.store;

import java.io.IOException;
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
 * One endpoint: its cursors by priority, each read first from what was given back, then from memory, then from the {@link Backlog}.
 *
 * <p>Two locks. {@code reading} is held over a whole read, disk included, by the reader or by the sweep for expired messages,
 * which gives way. {@code lock} guards the state and is held for moments; the writer takes it once a group, to publish.
 */
final class Endpoint implements Cursor {
    private static final Logger log = LoggerFactory.getLogger(Endpoint.class);

    /** Records that one sweep for expired messages looks at, so that it never holds the writer up for more than some milliseconds. */
    private static final int SWEEP_RECORDS = 2_000;

    private final String name;
    private final StoreState store;
    private final QueueAge age;
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();

    private volatile List<PriorityCursor> cursors = List.of();
    private volatile Runnable wake = () -> {};
    private volatile boolean readSinceTick;
    private volatile boolean readFailed;

    Endpoint(String name, StoreState store) {
        this.name = name;
        this.store = store;
        age = new QueueAge(store);
    }

    String name() {
        return name;
    }

    // -- for the reader -------------------------------------------------------------------------------------------

    @Override
    public List<Entry> read(int maxMessages, int maxBytes) {
        var batch = Batch.of(
                maxMessages,
                maxBytes,
                store.config().maxInFlight(),
                store.clock().millis());
        reading.lock();
        try {
            readSinceTick = true;
            drain(batch);
        } finally {
            reading.unlock();
        }
        return batch.entries;
    }

    @Override
    public @Nullable List<Entry> readMemory(int maxMessages, int maxBytes) {
        if (!reading.tryLock()) {
            return null; // the writer looks for what has expired, perhaps on the disk
        }
        try {
            readSinceTick = true;
            var batch = Batch.ofMemory(
                    maxMessages,
                    maxBytes,
                    store.config().maxInFlight(),
                    store.clock().millis());
            drain(batch);
            return batch.entries.isEmpty() && batch.wantsDisk() ? null : batch.entries;
        } finally {
            reading.unlock();
        }
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
        if (!readSinceTick) {
            forEachLocked(c -> c.readerStaysAway(store.memory()));
        }
        readSinceTick = false;
        if (reading.tryLock()) {
            try {
                drain(Batch.expiredOnly(SWEEP_RECORDS, store.clock().millis()));
            } finally {
                reading.unlock();
            }
        }
        if (readFailed) {
            readFailed = false;
            wakeReader();
        }
    }

    /** The reader will not come back. */
    void close() {
        reading.lock();
        try {
            for (PriorityCursor c : cursors) {
                if (c.backlog != null) {
                    c.backlog.close();
                }
            }
        } finally {
            reading.unlock();
        }
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

    // -- reading, under the reading lock --------------------------------------------------------------------------

    private void drain(Batch batch) {
        List<PriorityCursor> all = cursors;
        for (int from = 0, to; from < all.size(); from = to) {
            to = from + 1;
            while (to < all.size() && all.get(to).priority() == all.get(from).priority()) {
                to++;
            }
            if (!drain(all.subList(from, to), batch)) {
                break; // strict priority: what is left here goes before anything lower
            }
        }
        if (batch.settledSome()) {
            store.changed();
        }
    }

    /** False if there is more at this priority than the batch takes. */
    private boolean drain(List<PriorityCursor> samePriority, Batch batch) {
        for (PriorityCursor c : samePriority.size() == 1 ? samePriority : inOrder(samePriority, batch)) {
            boolean sweepInVain = batch.takesNothing() && c.headExpiresMillis > batch.nowMillis;
            if (!sweepInVain && !drain(c, batch) && !batch.takesNothing()) {
                return false;
            }
        }
        return true;
    }

    /**
     * One priority, several policies: what overtakes goes first, then who has waited longest; each read decides anew, so that none
     * waits for all of another's backlog.
     */
    private List<PriorityCursor> inOrder(List<PriorityCursor> samePriority, Batch batch) {
        samePriority.stream().filter(PriorityCursor::newestFirst).forEach(c -> drainFresh(c, batch));
        lock.lock();
        try {
            return samePriority.stream()
                    .sorted(Comparator.comparingLong(PriorityCursor::headSequence))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private boolean drain(PriorityCursor c, Batch batch) {
        if (!batch.takesNothing()) {
            c.readerCame();
        }
        Backlog backlog = c.backlog == null ? new Backlog(c, store, lock) : c.backlog;
        c.backlog = backlog;
        try {
            return drainAgain(c, backlog, batch) && drainFresh(c, batch) && drainBacklog(c, backlog, batch);
        } catch (IOException e) {
            backlog.close();
            readFailed = true;
            log.atWarn().addKeyValue("endpoint", name).setCause(e).log("reading the backlog failed, will try again");
            return false;
        }
    }

    private boolean drainAgain(PriorityCursor c, Backlog backlog, Batch batch) throws IOException {
        while (true) {
            Slot slot;
            lock.lock();
            try {
                var first = c.again.firstEntry();
                if (first == null) {
                    return true;
                }
                slot = first.getValue();
                if (slot.message != null) {
                    if (!c.offer(slot, slot.message, batch)) {
                        return false;
                    }
                    c.again.remove(slot.sequence);
                }
            } finally {
                lock.unlock();
            }
            if (slot.message == null) {
                if (!batch.mayReadDisk()) {
                    return false;
                }
                backlog.load(slot, batch);
            }
        }
    }

    private boolean drainBacklog(PriorityCursor c, Backlog backlog, Batch batch) throws IOException {
        return batch.fromMemory() && !behind(c) || batch.mayReadDisk() && backlog.drain(batch);
    }

    private boolean behind(PriorityCursor c) {
        lock.lock();
        try {
            return !c.stretches.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private boolean drainFresh(PriorityCursor c, Batch batch) {
        long taken = 0;
        lock.lock();
        try {
            for (Slot slot = c.fresh.peek(); slot != null; slot = c.fresh.peek()) {
                slot.overtakes = c.newestFirst();
                if (slot.message == null || !c.offer(slot, slot.message, batch)) {
                    return false;
                }
                c.fresh.remove();
                taken += slot.bytes;
            }
            return true;
        } finally {
            c.freshBytes -= taken;
            store.memory().giveBack(taken);
            lock.unlock();
        }
    }
}
