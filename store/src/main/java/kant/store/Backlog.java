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

    /** What a scan is to pass: a stretch, up to what was published when it began. */
    private record Scope(Stretch stretch, long lastOrdinal) {}

    /** How a scan ended. */
    private enum Scan {
        /** All of the scope has been passed. */
        PASSED,
        /** The batch takes no more. */
        FULL,
        /** The stretch is not the first one any more: somebody else has settled what was in it. */
        OVERTAKEN
    }

    /** Reads on until the batch takes no more, or nothing waits in the log any more; false for the first. */
    boolean drain(Batch batch) throws IOException {
        for (Scope scope = begin(); scope != null; scope = begin()) {
            switch (scan(scope, batch)) {
                case PASSED -> end(scope, batch);
                case FULL -> {
                    return false;
                }
                case OVERTAKEN -> {}
            }
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

    /** Null if nothing waits in the log. */
    private @Nullable Scope begin() {
        lock.lock();
        try {
            Stretch first = c.stretches.peekFirst();
            if (first == null) {
                close();
                return null;
            }
            scanner.seek(first.sequence);
            return new Scope(first, first.last);
        } finally {
            lock.unlock();
        }
    }

    private Scan scan(Scope scope, Batch batch) throws IOException {
        while (scanner.next(segment -> !state.reaches(segment.number(), c.id(), scope.stretch.next))) {
            ByteBuffer payload = scanner.payload();
            if (!record.isFor(c.id(), payload)) {
                if (!batch.mayLook()) {
                    goOnHere(scope);
                    return Scan.FULL;
                }
            } else if (record.ordinal() > scope.lastOrdinal) {
                scanner.again(); // another stretch's, or not published when this scan began
                return Scan.PASSED;
            } else {
                Scan scan = offer(scope, payload, batch);
                if (scan != Scan.PASSED) {
                    scanner.again();
                    goOnHere(scope);
                    return scan;
                }
            }
        }
        return Scan.PASSED;
    }

    private Scan offer(Scope scope, ByteBuffer payload, Batch batch) {
        lock.lock();
        try {
            Stretch stretch = scope.stretch;
            if (c.stretches.peekFirst() != stretch) {
                return Scan.OVERTAKEN;
            }
            long missing = record.ordinal() - stretch.next;
            if (missing < 0) {
                return Scan.PASSED; // settled, or waiting in memory to be handed out again
            }
            if (missing > 0) {
                lost(missing, batch);
                stretch.next = record.ordinal();
            }
            long expires = record.expiresMillis();
            int bytes = payload.remaining();
            if (expires > batch.nowMillis && !batch.takes(bytes, c.inFlight.size())) {
                c.headExpiresMillis = expires;
                return Scan.FULL;
            }
            Message message = record.decode(payload);
            var slot = new Slot(scanner.sequence(), record.ordinal(), bytes, expires, message);
            if (!c.offer(slot, message, batch)) {
                return Scan.FULL;
            }
            stretch.next = slot.ordinal + 1;
            stretch.sequence = slot.sequence + 1;
            forgetIfPassed(stretch);
            return Scan.PASSED;
        } finally {
            lock.unlock();
        }
    }

    /** There is nothing of the stretch before; the next scan, also after a restart, goes on here. */
    private void goOnHere(Scope scope) {
        lock.lock();
        try {
            if (c.stretches.peekFirst() == scope.stretch) {
                scope.stretch.sequence = scanner.position();
            }
        } finally {
            lock.unlock();
        }
    }

    /** All of the scope has been passed: what of it was not met is lost. */
    private void end(Scope scope, Batch batch) {
        lock.lock();
        try {
            Stretch stretch = scope.stretch;
            if (c.stretches.peekFirst() != stretch) {
                return;
            }
            long missing = scope.lastOrdinal - stretch.next + 1;
            if (missing > 0) {
                lost(missing, batch);
                stretch.next = scope.lastOrdinal + 1;
            }
            stretch.sequence = Math.max(stretch.sequence, scanner.position());
            forgetIfPassed(stretch);
        } finally {
            lock.unlock();
        }
    }

    private void forgetIfPassed(Stretch stretch) {
        if (stretch.next > stretch.last) {
            c.stretches.removeFirst();
        }
    }

    private void lost(long count, Batch batch) {
        c.lose(count);
        batch.settled();
        logger.atError()
                .addKeyValue("endpoint", c.endpoint())
                .addKeyValue("priority", c.priority())
                .addKeyValue("messages", count)
                .log("messages are damaged or missing in the log, counted as dropped");
    }
}
