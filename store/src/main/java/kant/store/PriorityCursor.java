package kant.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kant.model.message.Message;
import kant.model.message.Policy;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint's place in the log at one priority and policy, and its books. Its messages have ordinals 1, 2, 3 … without gaps, and
 * each of them is
 *
 * <pre>
 * handed out   settled, or in {@link #inFlight}, or in {@link #again}
 * waiting      in {@link #fresh}, that is in memory, or in one of the {@link #stretches} of the log
 * </pre>
 *
 * so a number that is missing in the log is a lost message that can be counted. Oldest first, there is one stretch at most, and it
 * follows what is fresh. Newest first, the stretches are the backlog, in order, and what is fresh is newer than all of them and
 * leaves before them. Fields under "state" are guarded by the endpoint's lock, those under "writer" belong to the writer thread,
 * those under "reader" to who holds the reading lock.
 */
final class PriorityCursor {
    /** More reasons than a hub has; the rest is counted together. */
    private static final int MAX_REASONS = 32;

    private static final String OTHER_REASON = "other";

    /** With so many no fresh message overtakes any more until some of the backlog is gone: they are all in each checkpoint. */
    private static final int MAX_STRETCHES = 128;

    /** Fresh messages that may overtake a backlog together; a reader that lets more wait does not keep up. */
    private static final int MAX_OVERTAKING = 256;

    private final int id;
    private final String endpoint;
    private final CursorKey key;
    private final boolean newestFirst;

    // -- writer
    long tailOrdinal;
    long introducedInSegment = -1;
    final List<Slot> staged = new ArrayList<>();

    // -- reader
    @Nullable
    Backlog backlog;

    // -- state
    long lastOrdinal;
    final ArrayDeque<Stretch> stretches = new ArrayDeque<>();
    final ArrayDeque<Slot> fresh = new ArrayDeque<>();
    long freshBytes;

    /** By sequence; without an order, for it changes twice for each message. */
    final Map<Long, Slot> inFlight = new HashMap<>();

    final TreeMap<Long, Slot> again = new TreeMap<>();

    /** Its reader did not come for what was fresh: until it comes again, everything joins the backlog. */
    private volatile boolean away;

    /** When the next message to be read expires, as far as known; 0 if not. */
    volatile long headExpiresMillis;

    // -- state: the books
    long accepted;
    long delivered;
    long expired;
    final Map<String, Long> dropped = new HashMap<>();

    PriorityCursor(int id, String endpoint, CursorKey key) {
        this.id = id;
        this.endpoint = endpoint;
        this.key = key;
        newestFirst = key.policy().order() == Policy.Order.NEWEST_FIRST;
    }

    int id() {
        return id;
    }

    String endpoint() {
        return endpoint;
    }

    CursorKey key() {
        return key;
    }

    long priority() {
        return key.priority();
    }

    boolean newestFirst() {
        return newestFirst;
    }

    /** Waiting and in flight. */
    long pending() {
        long pending = fresh.size() + (long) inFlight.size() + again.size();
        for (Stretch stretch : stretches) {
            pending += stretch.length();
        }
        return pending;
    }

    // -- arriving -------------------------------------------------------------------------------------------------

    /** A new message is durable: it waits in memory if it may and there is room, else in the log. */
    void accept(Slot slot, SharedMemory memory) {
        if (slot.ordinal != lastOrdinal + 1) {
            throw new IllegalStateException("ordinal " + slot.ordinal + " after " + lastOrdinal + " of " + endpoint);
        }
        lastOrdinal = slot.ordinal;
        accepted++;
        if (takesFresh() && memory.take(slot.bytes, freshBytes)) {
            fresh.add(slot);
            freshBytes += slot.bytes;
            return;
        }
        if (newestFirst) {
            toLog(memory); // or the next one would have to go before this one
        }
        waitInLog(slot.ordinal, slot.ordinal, slot.sequence);
    }

    private boolean takesFresh() {
        if (stretches.isEmpty()) {
            return true;
        }
        return newestFirst && !away && stretches.size() < MAX_STRETCHES && fresh.size() < MAX_OVERTAKING;
    }

    /** These wait in the log, behind what waits there already. */
    void waitInLog(long first, long last, long sequence) {
        Stretch before = stretches.peekLast();
        if (before != null && before.last == first - 1) {
            before.last = last;
        } else {
            stretches.add(new Stretch(first, last, sequence));
        }
    }

    // -- memory ---------------------------------------------------------------------------------------------------

    /** Of what would be handed out next if nothing overtakes; as far as known, not later than it is. */
    long headSequence() {
        if (!again.isEmpty()) {
            return again.firstKey();
        }
        Slot first = fresh.peekFirst();
        Stretch stretch = stretches.peekFirst();
        long waiting = stretch == null ? Long.MAX_VALUE : stretch.sequence;
        return first == null ? waiting : Math.min(first.sequence, waiting);
    }

    /** The first of all that is pending; not later than it is, {@link Long#MAX_VALUE} where nothing is. */
    long oldestSequence() {
        return inFlight.keySet().stream().reduce(headSequence(), Math::min);
    }

    /** Its reader reads. */
    void readerCame() {
        away = false;
    }

    /** Its reader has not come for a while: what is fresh goes out of memory. */
    void readerStaysAway(SharedMemory memory) {
        away |= !fresh.isEmpty();
        toLog(memory);
    }

    /** What is fresh waits in the log, where it is anyway. */
    private void toLog(SharedMemory memory) {
        Slot first = fresh.peekFirst();
        Slot last = fresh.peekLast();
        if (first == null || last == null) {
            return;
        }
        Stretch after = newestFirst ? null : stretches.peekFirst();
        if (after == null) {
            waitInLog(first.ordinal, last.ordinal, first.sequence);
        } else {
            after.next = first.ordinal;
            after.sequence = first.sequence;
        }
        forgetFresh(memory);
    }

    private void forgetFresh(SharedMemory memory) {
        memory.giveBack(freshBytes);
        fresh.clear();
        freshBytes = 0;
    }

    // -- leaving --------------------------------------------------------------------------------------------------

    /** Settles the message if it has expired, hands it out if the batch takes it; false if neither. */
    boolean offer(Slot slot, Message message, Batch batch) {
        if (slot.expired(batch.nowMillis)) {
            expired++;
            batch.settled();
            return true;
        }
        if (!batch.takes(slot.bytes, inFlight.size())) {
            headExpiresMillis = slot.expiresMillis;
            return false;
        }
        inFlight.put(slot.sequence, slot);
        headExpiresMillis = 0;
        batch.add(slot, priority(), message);
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

    /** How many of those in a range of sequences are being sent. */
    int sentFrom(long sequence, long endSequence) {
        return (int) inFlight.keySet().stream()
                .filter(each -> each >= sequence && each < endSequence)
                .count();
    }

    /** How many of a span that lies in a range of sequences wait, for the first time or again. */
    long waitingFrom(SegmentSummary.Span span, long sequence, long endSequence) {
        long waiting = again.subMap(sequence, endSequence).size();
        for (Stretch s : stretches) {
            waiting += overlap(s.next, s.last, span);
        }
        Slot first = fresh.peekFirst();
        Slot last = fresh.peekLast();
        return first == null || last == null ? waiting : waiting + overlap(first.ordinal, last.ordinal, span);
    }

    private static long overlap(long first, long last, SegmentSummary.Span span) {
        return Math.max(0, Math.min(last, span.last()) - Math.max(first, span.first()) + 1);
    }

    /** All that waits up to an ordinal is dropped; returns how many. */
    long dropThrough(long last, String reason, SharedMemory memory) {
        long before = pending();
        again.values().removeIf(slot -> slot.ordinal <= last);
        while (!fresh.isEmpty() && fresh.element().ordinal <= last) {
            int bytes = fresh.remove().bytes;
            freshBytes -= bytes;
            memory.giveBack(bytes);
        }
        while (!stretches.isEmpty() && stretches.element().last <= last) {
            stretches.remove();
        }
        Stretch first = stretches.peekFirst();
        if (first != null) {
            first.next = Math.max(first.next, last + 1);
        }
        headExpiresMillis = 0;
        long count = before - pending();
        if (count > 0) {
            drop(reason, count);
        }
        return count;
    }

    /** All that is pending is dropped. */
    void dropAll(String reason, SharedMemory memory) {
        long pending = pending();
        if (pending > 0) {
            drop(reason, pending);
        }
        inFlight.clear();
        again.clear();
        stretches.clear();
        forgetFresh(memory);
    }

    EndpointCounts counts() {
        return new EndpointCounts(accepted, delivered, expired, dropped, pending());
    }
}
