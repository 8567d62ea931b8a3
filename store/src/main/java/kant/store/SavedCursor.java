package kant.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * One cursor at one moment, as a checkpoint keeps it. All ordinals up to {@code lastOrdinal} are settled but those that wait and
 * those that are unsettled.
 *
 * @param key see {@link CursorKey}
 * @param lastOrdinal the newest accepted then
 * @param waiting ordinals that were never handed out, ascending
 * @param unsettledSequences handed out and not settled, ascending
 * @param unsettledOrdinals of the same messages
 */
record SavedCursor(
        int id,
        String endpoint,
        CursorKey key,
        long lastOrdinal,
        List<Waiting> waiting,
        long accepted,
        long delivered,
        long expired,
        Map<String, Long> dropped,
        long[] unsettledSequences,
        long[] unsettledOrdinals) {

    /**
     * Neighbouring ordinals that wait.
     *
     * @param sequence nothing of them lies before it in the log
     */
    record Waiting(long first, long last, long sequence) {}

    /** Under the endpoint's lock. */
    static SavedCursor of(PriorityCursor c) {
        var unsettled = new TreeMap<>(c.inFlight);
        unsettled.putAll(c.again);
        return new SavedCursor(
                c.id(),
                c.endpoint(),
                c.key(),
                c.lastOrdinal,
                waiting(c),
                c.accepted,
                c.delivered,
                c.expired,
                Map.copyOf(c.dropped),
                unsettled.values().stream().mapToLong(s -> s.sequence).toArray(),
                unsettled.values().stream().mapToLong(s -> s.ordinal).toArray());
    }

    private static List<Waiting> waiting(PriorityCursor c) {
        var all = new ArrayList<Waiting>();
        for (Stretch s : c.stretches) {
            all.add(new Waiting(s.next, s.last, s.sequence));
        }
        Slot first = c.fresh.peekFirst();
        Slot last = c.fresh.peekLast();
        if (first != null && last != null) {
            all.add(c.newestFirst() ? all.size() : 0, new Waiting(first.ordinal, last.ordinal, first.sequence));
        }
        return all;
    }

    /**
     * The cursor again, with what the log has accepted since; all that was unsettled waits again.
     *
     * @param lastInLog the last ordinal that the log holds; what is newer than the checkpoint waits
     * @param nextSequence of the log when the checkpoint was taken
     */
    PriorityCursor restore(long lastInLog, long nextSequence) {
        var c = new PriorityCursor(id, endpoint, key);
        c.lastOrdinal = Math.max(lastOrdinal, lastInLog);
        c.tailOrdinal = c.lastOrdinal;
        waiting.forEach(w -> c.waitInLog(w.first, w.last, w.sequence));
        if (c.lastOrdinal > lastOrdinal) {
            c.waitInLog(lastOrdinal + 1, c.lastOrdinal, nextSequence);
        }
        c.accepted = accepted + c.lastOrdinal - lastOrdinal;
        c.delivered = delivered;
        c.expired = expired;
        c.dropped.putAll(dropped);
        for (int i = 0; i < unsettledSequences.length; i++) {
            c.again.put(unsettledSequences[i], new Slot(unsettledSequences[i], unsettledOrdinals[i]));
        }
        return c;
    }

    /** Whether all ordinals of the span are settled. */
    boolean settled(long first, long last) {
        if (last > lastOrdinal) {
            return false;
        }
        for (Waiting w : waiting) {
            if (w.first <= last && first <= w.last) {
                return false;
            }
        }
        return Arrays.stream(unsettledOrdinals).noneMatch(ordinal -> ordinal >= first && ordinal <= last);
    }

    /** Whether an ordinal is unsettled; for many questions. */
    LongPredicate unsettled() {
        var waits = new TreeMap<Long, Long>();
        waiting.forEach(w -> waits.put(w.first, w.last));
        Set<Long> handedOut = Arrays.stream(unsettledOrdinals).boxed().collect(Collectors.toSet());
        return ordinal -> {
            var stretch = waits.floorEntry(ordinal);
            return ordinal > lastOrdinal
                    || stretch != null && ordinal <= stretch.getValue()
                    || handedOut.contains(ordinal);
        };
    }
}
