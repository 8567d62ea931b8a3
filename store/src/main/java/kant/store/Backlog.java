package kant.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import kant.model.message.Message;
import kant.store.segment.LogScanner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one cursor's messages from the log, where it is behind or where a message went out of memory with its process. Used
 * under the endpoint's reading lock; takes the endpoint's lock for each message, never while it reads the disk.
 */
final class Backlog implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(Backlog.class);

    private final PriorityCursor c;
    private final StoreState state;
    private final ReentrantLock lock;
    private final MessageRecord record = new MessageRecord();
    private final LogScanner scanner;
    private @Nullable LogScanner lookup;

    Backlog(PriorityCursor cursor, StoreState state, ReentrantLock lock) {
        c = cursor;
        this.state = state;
        this.lock = lock;
        scanner = state.log().scanner();
    }

    /** What was published when a scan began. */
    private record Scope(long lastOrdinal, int removals) {}

    /**
     * Reads on until the batch takes no more, or the cursor has caught up with the writer and lives from memory again; false for
     * the first.
     */
    boolean drain(Batch batch) throws IOException {
        for (Scope scope = begin(); scope != null; scope = begin()) {
            if (!scan(scope, batch)) {
                return false;
            }
            end(scope, batch);
        }
        return true;
    }

    /** Reads the message of one that was in flight when the process ended. */
    void load(Slot slot, Batch batch) throws IOException {
        LogScanner l = lookup == null ? state.log().scanner() : lookup;
        lookup = l;
        l.seek(slot.sequence);
        boolean found = l.next(_ -> false)
                && l.sequence() == slot.sequence
                && record.isFor(c.id(), l.payload())
                && record.ordinal() == slot.ordinal;
        lock.lock();
        try {
            if (found) {
                slot.fill(l.payload().remaining(), record.expiresMillis(), record.decode(l.payload()));
            } else if (c.again.remove(slot.sequence, slot)) {
                lost(1, batch);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        scanner.close();
        if (lookup != null) {
            lookup.close();
        }
    }

    /** Null if the cursor lives from memory. */
    private @Nullable Scope begin() {
        lock.lock();
        try {
            if (!c.behind) {
                return null;
            }
            scanner.seek(c.nextSequence);
            return new Scope(c.lastOrdinal, c.removals);
        } finally {
            lock.unlock();
        }
    }

    /** True if all of the scope has been passed. */
    private boolean scan(Scope scope, Batch batch) throws IOException {
        while (scanner.next(segment -> !state.reaches(segment.number(), c.id(), c.nextOrdinal))) {
            ByteBuffer payload = scanner.payload();
            if (!record.isFor(c.id(), payload)) {
                if (!batch.mayLook()) {
                    goOnHere(scope);
                    return false;
                }
            } else if (record.ordinal() > scope.lastOrdinal) {
                scanner.again(); // durable, but not published when this scan began
                return true;
            } else if (!offer(scope, payload, batch)) {
                scanner.again();
                goOnHere(scope);
                return false;
            }
        }
        return true;
    }

    private boolean offer(Scope scope, ByteBuffer payload, Batch batch) {
        lock.lock();
        try {
            if (c.removals != scope.removals) {
                return false;
            }
            long missing = record.ordinal() - c.nextOrdinal;
            if (missing < 0) {
                return true; // settled, or waiting in memory to be handed out again
            }
            if (missing > 0) {
                lost(missing, batch);
                c.nextOrdinal = record.ordinal();
            }
            long expires = record.expiresMillis();
            int bytes = payload.remaining();
            if (expires > batch.nowMillis && !batch.takes(bytes, c.inFlight.size())) {
                c.headExpiresMillis = expires;
                return false;
            }
            Message message = record.decode(payload);
            return c.offer(new Slot(scanner.sequence(), record.ordinal(), bytes, expires, message), message, batch);
        } finally {
            lock.unlock();
        }
    }

    /** There is nothing of this cursor's before; the next scan, also after a restart, goes on here. */
    private void goOnHere(Scope scope) {
        lock.lock();
        try {
            if (c.removals == scope.removals) {
                c.nextSequence = scanner.position();
            }
        } finally {
            lock.unlock();
        }
    }

    /** All of the scope has been passed: what of it was not met is lost. */
    private void end(Scope scope, Batch batch) {
        lock.lock();
        try {
            if (c.removals != scope.removals) {
                return;
            }
            long missing = scope.lastOrdinal - c.nextOrdinal + 1;
            if (missing > 0) {
                lost(missing, batch);
                c.nextOrdinal = scope.lastOrdinal + 1;
            }
            c.nextSequence = Math.max(c.nextSequence, scanner.position());
            if (c.nextOrdinal > c.lastOrdinal) {
                c.behind = false;
                close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void lost(long count, Batch batch) {
        c.lose(count);
        batch.settled();
        logger.atError()
                .addKeyValue("endpoint", c.endpoint())
                .addKeyValue("priority", c.priority())
                .addKeyValue("ordinal", c.nextOrdinal)
                .addKeyValue("messages", count)
                .log("messages are damaged or missing in the log, counted as dropped");
    }
}
