package kant.store;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands an endpoint's messages out: of each cursor, by priority, first what was given back, then what is in memory, then what
 * waits in the {@link Backlog}. One read at a time, by the endpoint's reader or, for what has expired, by the store's sweep, which
 * gives way; the endpoint's own lock is taken for moments, never while the disk is read.
 */
final class EndpointReader {
    private static final Logger log = LoggerFactory.getLogger(EndpointReader.class);

    /** Records that one sweep for expired messages looks at, so that it never holds the writer up for more than some milliseconds. */
    private static final int SWEEP_RECORDS = 2_000;

    private final String endpoint;
    private final StoreState store;
    private final Supplier<List<PriorityCursor>> cursors;
    private final ReentrantLock lock;
    private final ReentrantLock reading = new ReentrantLock();

    private volatile boolean came;
    private volatile boolean failed;

    /**
     * @param cursors the endpoint's, sorted by priority
     * @param lock what guards their state
     */
    EndpointReader(String endpoint, StoreState store, Supplier<List<PriorityCursor>> cursors, ReentrantLock lock) {
        this.endpoint = endpoint;
        this.store = store;
        this.cursors = cursors;
        this.lock = lock;
    }

    /** See {@link Cursor#read}. */
    List<Entry> read(int maxMessages, int maxBytes) {
        var batch = Batch.of(
                maxMessages,
                maxBytes,
                store.config().maxInFlight(),
                store.clock().millis());
        reading.lock();
        try {
            came = true;
            drain(batch);
        } finally {
            reading.unlock();
        }
        return batch.entries;
    }

    /** See {@link Cursor#readMemory}. */
    @Nullable
    List<Entry> readMemory(int maxMessages, int maxBytes) {
        if (!reading.tryLock()) {
            return null; // the writer looks for what has expired, perhaps on the disk
        }
        try {
            came = true;
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

    /** Settles what has expired at the heads, unless somebody reads at this moment. */
    void sweep() {
        if (reading.tryLock()) {
            try {
                drain(Batch.expiredOnly(SWEEP_RECORDS, store.clock().millis()));
            } finally {
                reading.unlock();
            }
        }
    }

    /** Whether there was a read since this was last asked. */
    boolean cameSinceAsked() {
        boolean since = came;
        came = false;
        return since;
    }

    /** Whether the disk could not be read since this was last asked. */
    boolean failedSinceAsked() {
        boolean since = failed;
        failed = false;
        return since;
    }

    /** There will be no more reads. */
    void close() {
        reading.lock();
        try {
            for (PriorityCursor c : cursors.get()) {
                if (c.backlog != null) {
                    c.backlog.close();
                }
            }
        } finally {
            reading.unlock();
        }
    }

    private void drain(Batch batch) {
        List<PriorityCursor> all = cursors.get();
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
            failed = true;
            log.atWarn()
                    .addKeyValue("endpoint", endpoint)
                    .setCause(e)
                    .log("reading the backlog failed, will try again");
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
