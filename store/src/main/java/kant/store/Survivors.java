package kant.store;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import kant.store.segment.Keeper;
import org.jspecify.annotations.Nullable;

/** Keeps of the records of some segments what the last synced checkpoint calls unsettled, each with those targets only. */
final class Survivors implements Keeper, MessageRecord.Kept {
    private static final int USUAL_RECORD_BYTES = 64 << 10;

    private final Map<Integer, SegmentSummary.Span> names = new HashMap<>();
    private final Map<Integer, LongPredicate> pending = new HashMap<>();
    private final SegmentSummary summary = new SegmentSummary();
    private final int introductionBytes;
    private ByteBuffer buffer = ByteBuffer.allocate(USUAL_RECORD_BYTES);
    private long targets;

    /** @param summaries of the segments */
    Survivors(List<SegmentSummary> summaries, Checkpointer checkpointer) {
        int bytes = 0;
        for (SegmentSummary from : summaries) {
            for (SegmentSummary.Span span : from.spans()) {
                if (names.put(span.cursorId(), span) == null) {
                    bytes += Bytes.textBound(span.endpoint()) + 2 * Bytes.MAX_NUMBER_BYTES;
                    SavedCursor saved = checkpointer.durable(span.cursorId());
                    if (saved != null) {
                        pending.put(span.cursorId(), saved.unsettled());
                    }
                }
            }
        }
        introductionBytes = bytes;
    }

    @Override
    public @Nullable ByteBuffer keep(ByteBuffer payload) {
        int bound = payload.remaining() + introductionBytes;
        if (buffer.capacity() < bound) {
            buffer = ByteBuffer.allocate(bound);
        }
        return MessageRecord.copy(payload, this, buffer.clear()) ? buffer.flip() : null;
    }

    @Override
    public byte[] summary() {
        return summary.encode();
    }

    /** The same, as this process keeps it. */
    SegmentSummary asSummary() {
        return summary;
    }

    /** How many messages were kept, one for each endpoint. */
    long targets() {
        return targets;
    }

    @Override
    public boolean keeps(int cursorId, long ordinal) {
        LongPredicate unsettled = pending.get(cursorId);
        return unsettled != null && unsettled.test(ordinal);
    }

    @Override
    public SegmentSummary.@Nullable Span keeping(int cursorId, long ordinal) {
        SegmentSummary.Span name = names.get(cursorId);
        if (name == null) {
            throw new IllegalStateException("cursor " + cursorId + " is kept and has no name");
        }
        boolean first = !summary.reaches(cursorId, 0);
        summary.add(cursorId, name.endpoint(), name.key(), ordinal, ordinal);
        targets++;
        return first ? name : null;
    }
}
