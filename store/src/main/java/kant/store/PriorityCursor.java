package kant.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kant.model.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint's place in the log at one priority, and its books. Its messages have ordinals 1, 2, 3 … without gaps, so
 *
 * <pre>
 * ordinal  1 … nextOrdinal-1   handed out: settled, or in {@link #inFlight}, or in {@link #again}
 *          nextOrdinal … last  waiting: the first of them in {@link #fresh}, and the rest in the log if {@link #behind}
 * </pre>
 *
 * and a number that is missing in the log is a lost message that can be counted. Fields under "state" are guarded by the
 * endpoint's lock, those under "writer" belong to the writer thread, those under "reader" to who holds the reading lock.
 */
final class PriorityCursor {
    /** More reasons than a hub has; the rest is counted together. */
    private static final int MAX_REASONS = 32;

    private static final String OTHER_REASON = "other";

    private final int id;
    private final String endpoint;
    private final long priority;

    // -- writer
    long tailOrdinal;
    long introducedInSegment = -1;
    final List<Slot> staged = new ArrayList<>();

    // -- reader
    @Nullable
    Backlog backlog;

    // -- state
    long lastOrdinal;
    long nextOrdinal = 1;
    long nextSequence = 1;
    boolean behind;
    int removals;
    final ArrayDeque<Slot> fresh = new ArrayDeque<>();
    long freshBytes;
    final TreeMap<Long, Slot> inFlight = new TreeMap<>();
    final TreeMap<Long, Slot> again = new TreeMap<>();

    /** When the next message to be read expires, as far as known; 0 if not. */
    volatile long headExpiresMillis;

    // -- state: the books
    long accepted;
    long delivered;
    long expired;
    final Map<String, Long> dropped = new HashMap<>();

    PriorityCursor(int id, String endpoint, long priority) {
        this.id = id;
        this.endpoint = endpoint;
        this.priority = priority;
    }

    int id() {
        return id;
    }

    String endpoint() {
        return endpoint;
    }

    long priority() {
        return priority;
    }

    /** Waiting and in flight. */
    long pending() {
        return lastOrdinal - nextOrdinal + 1 + inFlight.size() + again.size();
    }

    /** A new message is durable. */
    void accept(Slot slot) {
        if (slot.ordinal != lastOrdinal + 1) {
            throw new IllegalStateException("ordinal " + slot.ordinal + " after " + lastOrdinal + " of " + endpoint);
        }
        lastOrdinal = slot.ordinal;
        accepted++;
    }

    /** Settles the message if it has expired, hands it out if the batch takes it; false if neither. */
    boolean offer(Slot slot, Message message, Batch batch) {
        if (slot.expired(batch.nowMillis)) {
            passed(slot);
            expired++;
            batch.settled();
            return true;
        }
        if (!batch.takes(slot.bytes, inFlight.size())) {
            headExpiresMillis = slot.expiresMillis;
            return false;
        }
        passed(slot);
        inFlight.put(slot.sequence, slot);
        headExpiresMillis = 0;
        batch.add(slot, priority, message);
        return true;
    }

    /** Accepted once, but not found in the log where it must be. */
    void lose(long count) {
        drop(DropReason.DAMAGED, count);
    }

    void drop(String reason, long count) {
        boolean room = dropped.size() < MAX_REASONS || dropped.containsKey(reason);
        dropped.merge(room ? reason : OTHER_REASON, count, Long::sum);
    }

    /** All that is pending is dropped. */
    void dropAll(String reason) {
        long pending = pending();
        if (pending > 0) {
            drop(reason, pending);
        }
        inFlight.clear();
        again.clear();
        fresh.clear();
        freshBytes = 0;
        behind = false;
        nextOrdinal = lastOrdinal + 1;
        removals++;
    }

    EndpointCounts counts() {
        return new EndpointCounts(accepted, delivered, expired, dropped, pending());
    }

    private void passed(Slot slot) {
        if (again.remove(slot.sequence) == null) {
            nextOrdinal = slot.ordinal + 1;
            nextSequence = slot.sequence + 1;
        }
    }
}
