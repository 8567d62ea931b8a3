package kant.store.segment;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One file of the log. The writer moves its end; readers see only what is durable as configured, which the end says.
 */
public final class Segment {
    /** Bytes between two entries of the index: as much as a reader skips to get to a record. */
    private static final int INDEX_STRIDE = 64 << 10;

    /** Damaged places that are told apart; more in one file is one disaster, not many. */
    private static final int MAX_DAMAGED = 256;

    private final String fileName;
    private final SegmentFormat.Header header;

    private volatile End end;
    private volatile boolean sealed;
    private volatile boolean endOnDisk = true;
    private volatile byte @Nullable [] summary;

    // A sparse index, built as the segment is written or read; guarded by this.
    private long[] indexSequences = new long[8];
    private int[] indexOffsets = new int[8];
    private int indexed;

    private final Set<Integer> damaged = new HashSet<>();

    Segment(String fileName, SegmentFormat.Header header) {
        this.fileName = fileName;
        this.header = header;
        end = new End(header.baseSequence(), SegmentFormat.HEADER_BYTES);
    }

    public long number() {
        return header.number();
    }

    /** The sequence of its first record. */
    public long baseSequence() {
        return header.baseSequence();
    }

    /** The sequence after its last readable record. */
    public long endSequence() {
        return end.sequence;
    }

    public long fileBytes() {
        return header.fileBytes();
    }

    /** It was compacted: of its sequences only some have a record. */
    public boolean sparse() {
        return header.sparse();
    }

    /** Nothing is added to it any more. */
    public boolean sealed() {
        return sealed;
    }

    /** What the log's owner wrote about it when it was sealed; null if it was not, or if that is damaged. */
    public byte @Nullable [] summary() {
        return summary;
    }

    String fileName() {
        return fileName;
    }

    SegmentFormat.Header header() {
        return header;
    }

    int salt() {
        return header.salt();
    }

    /** What readers may see; sequence and offset belong together. */
    End end() {
        return end;
    }

    /** The offset before which records must end. */
    int limitOffset() {
        return (int) header.fileBytes() - SegmentFormat.HEADER_BYTES - SegmentFormat.FOOTER_BYTES;
    }

    /**
     * False if void records may lie behind the end and only the next segment's first number tells them from others; then that one
     * must stay.
     */
    boolean endOnDisk() {
        return endOnDisk;
    }

    void endOnDisk(boolean itIs) {
        endOnDisk = itIs;
    }

    void end(long sequence, int offset) {
        end = new End(sequence, offset);
    }

    void seal(byte @Nullable [] ownersSummary) {
        summary = ownersSummary;
        sealed = true;
    }

    /** Notes where a record begins; kept only where the last noted one is a stride away. */
    synchronized void index(long sequence, int offset) {
        int last = indexed == 0 ? SegmentFormat.HEADER_BYTES : indexOffsets[indexed - 1];
        if (offset - last < INDEX_STRIDE) {
            return;
        }
        if (indexed == indexOffsets.length) {
            indexSequences = Arrays.copyOf(indexSequences, indexed * 2);
            indexOffsets = Arrays.copyOf(indexOffsets, indexed * 2);
        }
        indexSequences[indexed] = sequence;
        indexOffsets[indexed++] = offset;
    }

    /** A place to read from in order to come to a sequence: the record at the offset has the returned number at most. */
    synchronized Place placeBefore(long sequence) {
        int at = Arrays.binarySearch(indexSequences, 0, indexed, sequence);
        int i = at >= 0 ? at : -at - 2;
        return i < 0
                ? new Place(header.baseSequence(), SegmentFormat.HEADER_BYTES)
                : new Place(indexSequences[i], indexOffsets[i]);
    }

    /** Whether this damaged place is a new one; a place is reported once, however many readers pass it. */
    synchronized boolean damagedAt(int offset) {
        return damaged.size() < MAX_DAMAGED && damaged.add(offset);
    }

    synchronized int damagedPlaces() {
        return damaged.size();
    }

    /** A record's number and where it begins. */
    record Place(long sequence, int offset) {}

    /** The sequence and the offset after the last record. */
    record End(long sequence, int offset) {}

    @Override
    public String toString() {
        return fileName + "[" + baseSequence() + "," + endSequence() + ")";
    }
}
