package kant.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All cursors at one moment, and its bytes in a cursor file.
 *
 * @param taken when
 * @param nextSequence that the log would have given next
 * @param nextCursorId never given to a cursor yet
 */
record Checkpoint(StoreClock.Moment taken, long nextSequence, int nextCursorId, List<SavedCursor> cursors) {
    /** A new store's. */
    static final Checkpoint NONE = new Checkpoint(StoreClock.Moment.NONE, 1, 1, List.of());

    ByteBuffer encode() {
        int bound = 5 * Bytes.MAX_NUMBER_BYTES;
        for (SavedCursor c : cursors) {
            bound += bound(c);
        }
        var b = ByteBuffer.allocate(bound);
        Bytes.putNumber(b, taken.store());
        Bytes.putNumber(b, taken.wall());
        Bytes.putNumber(b, nextSequence);
        Bytes.putNumber(b, nextCursorId);
        Bytes.putNumber(b, cursors.size());
        cursors.forEach(c -> encode(b, c));
        return b.flip();
    }

    /** @param first as version 1 has it: one clock for both, and what waits of a cursor is one stretch up to its last ordinal */
    static Checkpoint decode(ByteBuffer b, boolean first) {
        long clock = Bytes.number(b);
        long wall = first ? clock : Bytes.number(b);
        long next = Bytes.number(b);
        int nextId = (int) Bytes.number(b);
        var cursors = new ArrayList<SavedCursor>();
        for (long left = Bytes.number(b); left > 0; left--) {
            cursors.add(decodeCursor(b, first));
        }
        return new Checkpoint(new StoreClock.Moment(clock, wall), next, nextId, List.copyOf(cursors));
    }

    private static int bound(SavedCursor c) {
        int bound = 10 * Bytes.MAX_NUMBER_BYTES + Bytes.textBound(c.endpoint());
        for (String reason : c.dropped().keySet()) {
            bound += Bytes.textBound(reason) + Bytes.MAX_NUMBER_BYTES;
        }
        return bound
                + 3 * Bytes.MAX_NUMBER_BYTES * c.waiting().size()
                + 2 * Bytes.MAX_NUMBER_BYTES * c.unsettledOrdinals().length;
    }

    private static void encode(ByteBuffer b, SavedCursor c) {
        Bytes.putNumber(b, c.id());
        Bytes.putText(b, c.endpoint());
        Bytes.putNumber(b, c.key().code());
        Bytes.putNumber(b, c.lastOrdinal());
        Bytes.putNumber(b, c.waiting().size());
        for (SavedCursor.Waiting w : c.waiting()) {
            Bytes.putNumber(b, w.first());
            Bytes.putNumber(b, w.last() - w.first());
            Bytes.putNumber(b, w.sequence());
        }
        Bytes.putNumber(b, c.accepted());
        Bytes.putNumber(b, c.delivered());
        Bytes.putNumber(b, c.expired());
        Bytes.putNumber(b, c.dropped().size());
        c.dropped().forEach((reason, count) -> {
            Bytes.putText(b, reason);
            Bytes.putNumber(b, count);
        });
        Bytes.putNumber(b, c.unsettledOrdinals().length);
        for (int i = 0; i < c.unsettledOrdinals().length; i++) {
            Bytes.putNumber(b, c.unsettledSequences()[i]);
            Bytes.putNumber(b, c.unsettledOrdinals()[i]);
        }
    }

    private static SavedCursor decodeCursor(ByteBuffer b, boolean first) {
        int id = (int) Bytes.number(b);
        String endpoint = Bytes.text(b);
        var key = new CursorKey(Bytes.number(b));
        long last = Bytes.number(b);
        List<SavedCursor.Waiting> waiting = first ? waitingAsOne(b, last) : waiting(b);
        long accepted = Bytes.number(b);
        long delivered = Bytes.number(b);
        long expired = Bytes.number(b);
        Map<String, Long> dropped = new HashMap<>();
        for (long left = Bytes.number(b); left > 0; left--) {
            dropped.put(Bytes.text(b), Bytes.number(b));
        }
        int count = Bytes.length(b);
        var sequences = new long[count];
        var ordinals = new long[count];
        for (int i = 0; i < count; i++) {
            sequences[i] = Bytes.number(b);
            ordinals[i] = Bytes.number(b);
        }
        return new SavedCursor(
                id,
                endpoint,
                key,
                last,
                waiting,
                accepted,
                delivered,
                expired,
                Map.copyOf(dropped),
                sequences,
                ordinals);
    }

    private static List<SavedCursor.Waiting> waitingAsOne(ByteBuffer b, long last) {
        long next = Bytes.number(b);
        long sequence = Bytes.number(b);
        return next > last ? List.of() : List.of(new SavedCursor.Waiting(next, last, sequence));
    }

    private static List<SavedCursor.Waiting> waiting(ByteBuffer b) {
        var waiting = new ArrayList<SavedCursor.Waiting>();
        for (long left = Bytes.number(b); left > 0; left--) {
            long first = Bytes.number(b);
            waiting.add(new SavedCursor.Waiting(first, first + Bytes.number(b), Bytes.number(b)));
        }
        return List.copyOf(waiting);
    }
}
