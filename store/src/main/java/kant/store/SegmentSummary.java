package kant.store;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a segment holds for which cursor: the ordinals from a first one on. It lets a reader pass a segment that has nothing for
 * it, tells when a segment can be freed, and is all that opening the store needs to know of a sealed segment.
 */
final class SegmentSummary {
    private final Map<Integer, Span> spans = new LinkedHashMap<>();

    /**
     * @param first ordinal
     * @param last ordinal
     */
    record Span(int cursorId, String endpoint, CursorKey key, long first, long last) {}

    Collection<Span> spans() {
        return spans.values();
    }

    /** Widens the cursor's span. */
    void add(int cursorId, String endpoint, CursorKey key, long first, long last) {
        Span old = spans.get(cursorId);
        spans.put(
                cursorId,
                new Span(
                        cursorId,
                        endpoint,
                        key,
                        old == null ? first : Math.min(old.first, first),
                        old == null ? last : Math.max(old.last, last)));
    }

    /** Whether it can hold this ordinal or a later one. */
    boolean reaches(int cursorId, long ordinal) {
        Span span = spans.get(cursorId);
        return span != null && span.last >= ordinal;
    }

    byte[] encode() {
        int bound = Bytes.MAX_NUMBER_BYTES;
        for (Span s : spans.values()) {
            bound += 4 * Bytes.MAX_NUMBER_BYTES + Bytes.textBound(s.endpoint);
        }
        ByteBuffer b = ByteBuffer.allocate(bound);
        Bytes.putNumber(b, spans.size());
        for (Span s : spans.values()) {
            Bytes.putNumber(b, s.cursorId);
            Bytes.putText(b, s.endpoint);
            Bytes.putNumber(b, s.key.code());
            Bytes.putNumber(b, s.first);
            Bytes.putNumber(b, s.last - s.first);
        }
        var bytes = new byte[b.position()];
        b.flip().get(bytes);
        return bytes;
    }

    static SegmentSummary decode(byte[] bytes) {
        var summary = new SegmentSummary();
        ByteBuffer b = ByteBuffer.wrap(bytes);
        for (long left = Bytes.number(b); left > 0; left--) {
            int id = (int) Bytes.number(b);
            String endpoint = Bytes.text(b);
            var key = new CursorKey(Bytes.number(b));
            long first = Bytes.number(b);
            summary.spans.put(id, new Span(id, endpoint, key, first, first + Bytes.number(b)));
        }
        return summary;
    }
}
