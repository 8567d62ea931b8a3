package kant.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kant.model.message.Message;
import kant.store.segment.LogScanner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One endpoint: its cursors by priority, and the reading from memory or log.
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
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final MessageRecord record = new MessageRecord();

    private volatile List<PriorityCursor> cursors = List.of();
    private volatile Runnable wake = () -> {};
    private volatile boolean readSinceTick;
    private volatile boolean readFailed;

    Endpoint(String name, StoreState store) {
        this.name = name;
        this.store = store;
    }

    String name() {
        return name;
    }

    // -- for the reader -------------------------------------------------------------------------------------------

    @Override
    public List<Entry> read(int maxMessages, int maxBytes) {
        var batch = Batch.of(maxMessages, maxBytes, store.clock().millis());
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
            PriorityCursor c = cursor(entry.priority());
            Slot slot = c == null ? null : c.inFlight.remove(entry.sequence());
            if (c != null && slot != null) {
                slot.attempt++;
                c.again.put(slot.sequence, slot);
                c.headExpiresMillis = 0;
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

    /** The cursor of a priority, or null. */
    @Nullable PriorityCursor cursor(long priority) {
        for (PriorityCursor c : cursors) {
            if (c.priority() == priority) {
                return c;
            }
        }
        return null;
    }

    /** By the writer only. */
    void add(PriorityCursor cursor) {
        cursors = Stream.concat(cursors.stream(), Stream.of(cursor))
                .sorted(Comparator.comparingLong(PriorityCursor::priority))
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
            for (Slot slot : c.staged) {
                c.accept(slot);
                if (!c.behind && store.memory().take(slot.bytes, c.freshBytes)) {
                    c.fresh.add(slot);
                    c.freshBytes += slot.bytes;
                } else if (!c.behind) {
                    c.behind = true;
                    c.nextSequence = c.fresh.isEmpty() ? slot.sequence : c.nextSequence;
                }
            }
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
        forEachLocked(c -> {
            store.memory().giveBack(c.freshBytes);
            c.dropAll(DropReason.ROUTE_REMOVED);
        });
        store.changed();
    }

    /**
     * About once a second, on the writer thread: counts what has expired at the heads, takes memory back from a reader that does
     * not come, and wakes one that could not read the disk.
     */
    void tick() {
        if (!readSinceTick) {
            forEachLocked(this::spill);
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
            cursors.forEach(Endpoint::closeScanners);
        } finally {
            reading.unlock();
        }
    }

    // -- settling -------------------------------------------------------------------------------------------------

    private void settle(Entry entry, Consumer<PriorityCursor> count) {
        lock.lock();
        try {
            PriorityCursor c = cursor(entry.priority());
            if (c == null || c.inFlight.remove(entry.sequence()) == null) {
                return;
            }
            count.accept(c);
        } finally {
            lock.unlock();
        }
        store.changed();
    }

    /** Fresh messages go out of memory; they are in the log. */
    private void spill(PriorityCursor c) {
        Slot first = c.fresh.peek();
        if (first == null) {
            return;
        }
        c.nextSequence = first.sequence;
        c.fresh.clear();
        store.memory().giveBack(c.freshBytes);
        c.freshBytes = 0;
        c.behind = true;
    }

    // -- reading, under the reading lock --------------------------------------------------------------------------

    private void drain(Batch batch) {
        for (PriorityCursor c : cursors) {
            boolean sweepInVain = batch.takesNothing() && c.headExpiresMillis > batch.nowMillis;
            if (!sweepInVain && !drain(c, batch) && !batch.takesNothing()) {
                return; // strict priority: what is left here goes before anything lower
            }
        }
    }

    /** False if there is more at this priority than the batch takes. */
    private boolean drain(PriorityCursor c, Batch batch) {
        try {
            return drainAgain(c, batch) && drainFresh(c, batch) && drainLog(c, batch);
        } catch (IOException e) {
            closeScanners(c);
            readFailed = true;
            log.atWarn().addKeyValue("endpoint", name).setCause(e).log("reading the backlog failed, will try again");
            return false;
        }
    }

    private boolean drainAgain(PriorityCursor c, Batch batch) throws IOException {
        while (true) {
            Slot slot;
            lock.lock();
            try {
                var first = c.again.firstEntry();
                if (first == null) {
                    return true;
                }
                slot = first.getValue();
                if (slot.message != null && !offer(c, slot, slot.message, batch)) {
                    return false;
                }
            } finally {
                lock.unlock();
            }
            if (slot.message == null) {
                load(c, slot);
            }
        }
    }

    private boolean drainFresh(PriorityCursor c, Batch batch) {
        lock.lock();
        try {
            for (Slot slot = c.fresh.peek(); slot != null; slot = c.fresh.peek()) {
                if (slot.message == null || !offer(c, slot, slot.message, batch)) {
                    return false;
                }
                c.fresh.remove();
                c.freshBytes -= slot.bytes;
                store.memory().giveBack(slot.bytes);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Reads on in the log until the batch is full or the cursor has caught up with the writer and lives from memory again. */
    private boolean drainLog(PriorityCursor c, Batch batch) throws IOException {
        while (true) {
            long last;
            int removals;
            lock.lock();
            try {
                if (!c.behind) {
                    return true;
                }
                last = c.lastOrdinal;
                removals = c.removals;
                scanner(c).seek(c.nextSequence);
            } finally {
                lock.unlock();
            }
            Scan scan = scan(c, last, removals, batch);
            if (scan != Scan.EXHAUSTED) {
                return false;
            }
            caughtUp(c, last, removals);
        }
    }

    private enum Scan {
        /** All that was published when it began has been passed. */
        EXHAUSTED,
        /** The batch takes no more, or may look at no more. */
        STOPPED
    }

    private Scan scan(PriorityCursor c, long last, int removals, Batch batch) throws IOException {
        LogScanner scanner = scanner(c);
        while (scanner.next(segment -> !store.reaches(segment.number(), c.id(), c.nextOrdinal))) {
            ByteBuffer payload = scanner.payload();
            if (!record.isFor(c.id(), payload)) {
                if (!batch.mayLook()) {
                    stopAt(c, scanner.position(), removals);
                    return Scan.STOPPED;
                }
                continue;
            }
            if (record.ordinal() > last) {
                scanner.again(); // not published when this scan began
                return Scan.EXHAUSTED;
            }
            lock.lock();
            try {
                if (c.removals != removals) {
                    return Scan.STOPPED;
                }
                if (record.ordinal() >= c.nextOrdinal && !offerFromLog(c, scanner, payload, batch)) {
                    scanner.again();
                    c.nextSequence = scanner.position();
                    return Scan.STOPPED;
                }
            } finally {
                lock.unlock();
            }
        }
        return Scan.EXHAUSTED;
    }

    private boolean offerFromLog(PriorityCursor c, LogScanner scanner, ByteBuffer payload, Batch batch) {
        long missing = record.ordinal() - c.nextOrdinal;
        if (missing > 0) {
            lost(c, missing);
            c.nextOrdinal = record.ordinal();
        }
        long expires = record.expiresMillis();
        int bytes = payload.remaining();
        if (expires > batch.nowMillis && !takes(c, bytes, batch)) {
            c.headExpiresMillis = expires;
            return false;
        }
        Message message = record.decode(payload);
        var slot = new Slot(scanner.sequence(), record.ordinal(), bytes, expires, message);
        return offer(c, slot, message, batch);
    }

    /** There is nothing of this cursor's before; the next scan, also after a restart, goes on here. */
    private void stopAt(PriorityCursor c, long sequence, int removals) {
        lock.lock();
        try {
            if (c.removals == removals) {
                c.nextSequence = sequence;
            }
        } finally {
            lock.unlock();
        }
    }

    private void caughtUp(PriorityCursor c, long last, int removals) {
        lock.lock();
        try {
            if (c.removals != removals) {
                return;
            }
            long missing = last - c.nextOrdinal + 1;
            if (missing > 0) {
                lost(c, missing);
                c.nextOrdinal = last + 1;
            }
            c.nextSequence = Math.max(c.nextSequence, scanner(c).position());
            if (c.nextOrdinal > c.lastOrdinal) {
                c.behind = false;
                closeScanners(c);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock: settles the message if it has expired, hands it out if the batch takes it; false if neither. */
    private boolean offer(PriorityCursor c, Slot slot, Message message, Batch batch) {
        if (slot.expired(batch.nowMillis)) {
            c.expire(slot);
            store.changed();
            return true;
        }
        if (!takes(c, slot.bytes, batch)) {
            c.headExpiresMillis = slot.expiresMillis;
            return false;
        }
        c.handOut(slot);
        batch.add(slot, c.priority(), message);
        return true;
    }

    private boolean takes(PriorityCursor c, int bytes, Batch batch) {
        return c.inFlight.size() < store.config().maxInFlight() && batch.takes(bytes);
    }

    /** Reads the message of one that was in flight when the process ended. */
    private void load(PriorityCursor c, Slot slot) throws IOException {
        LogScanner lookup = c.lookup == null ? store.log().scanner() : c.lookup;
        c.lookup = lookup;
        lookup.seek(slot.sequence);
        boolean found = lookup.next(_ -> false)
                && lookup.sequence() == slot.sequence
                && record.isFor(c.id(), lookup.payload())
                && record.ordinal() == slot.ordinal;
        lock.lock();
        try {
            if (found) {
                slot.fill(lookup.payload().remaining(), record.expiresMillis(), record.decode(lookup.payload()));
            } else if (c.again.remove(slot.sequence, slot)) {
                lost(c, 1);
            }
        } finally {
            lock.unlock();
        }
    }

    private void lost(PriorityCursor c, long count) {
        c.lose(count);
        store.changed();
        log.atError()
                .addKeyValue("endpoint", name)
                .addKeyValue("priority", c.priority())
                .addKeyValue("ordinal", c.nextOrdinal)
                .addKeyValue("messages", count)
                .log("messages are damaged or missing in the log, counted as dropped");
    }

    private LogScanner scanner(PriorityCursor c) {
        LogScanner s = c.scanner == null ? store.log().scanner() : c.scanner;
        c.scanner = s;
        return s;
    }

    private static void closeScanners(PriorityCursor c) {
        if (c.scanner != null) {
            c.scanner.close();
            c.scanner = null;
        }
        if (c.lookup != null) {
            c.lookup.close();
            c.lookup = null;
        }
    }
}
