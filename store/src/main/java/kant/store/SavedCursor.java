package kant.store;

import java.util.Map;
import java.util.TreeMap;

/**
 * One cursor at one moment, as a checkpoint keeps it. All ordinals before {@code nextOrdinal} are settled but those listed.
 *
 * @param nextSequence nothing that waits lies before it in the log
 * @param lastOrdinal the newest accepted then
 * @param unsettledSequences handed out and not settled, ascending
 * @param unsettledOrdinals of the same messages
 */
record SavedCursor(
        int id,
        String endpoint,
        long priority,
        long lastOrdinal,
        long nextOrdinal,
        long nextSequence,
        long accepted,
        long delivered,
        long expired,
        Map<String, Long> dropped,
        long[] unsettledSequences,
        long[] unsettledOrdinals) {

    /** Under the endpoint's lock. */
    static SavedCursor of(PriorityCursor c) {
        var unsettled = new TreeMap<>(c.inFlight);
        unsettled.putAll(c.again);
        return new SavedCursor(
                c.id(),
                c.endpoint(),
                c.priority(),
                c.lastOrdinal,
                c.nextOrdinal,
                c.nextSequence,
                c.accepted,
                c.delivered,
                c.expired,
                Map.copyOf(c.dropped),
                unsettled.values().stream().mapToLong(s -> s.sequence).toArray(),
                unsettled.values().stream().mapToLong(s -> s.ordinal).toArray());
    }

    /** The cursor again, with what the log has accepted since; all that was unsettled waits again. */
    PriorityCursor restore(long lastInLog) {
        var c = new PriorityCursor(id, endpoint, priority);
        c.lastOrdinal = Math.max(lastOrdinal, lastInLog);
        c.tailOrdinal = c.lastOrdinal;
        c.nextOrdinal = nextOrdinal;
        c.nextSequence = nextSequence;
        c.behind = c.nextOrdinal <= c.lastOrdinal;
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
        if (nextOrdinal <= last) {
            return false;
        }
        for (long ordinal : unsettledOrdinals) {
            if (ordinal >= first && ordinal <= last) {
                return false;
            }
        }
        return true;
    }
}
