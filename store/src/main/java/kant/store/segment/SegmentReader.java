package kant.store.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import kant.world.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one segment's records in order and steps round damage: behind a record that is not intact it looks at every place where
 * a record can begin for the next one that is.
 *
 * <p>Has its own open file: an interrupt of the reading thread closes the channel it reads from, and must not close the
 * writer's.
 */
final class SegmentReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SegmentReader.class);
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int PAGE_BYTES = 4096;

    private final Segment segment;
    private final Disk.File file;

    private ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).limit(0);
    private int chunkOffset;
    private int chunkFilled;

    private int offset;
    private long expected;
    private int damageOffset = -1;

    private long sequence;
    private int recordOffset;
    private boolean groupStart;

    SegmentReader(Disk disk, Segment segment, Segment.Place from) throws IOException {
        this.segment = segment;
        file = disk.open(segment.fileName());
        offset = from.offset();
        expected = from.sequence();
    }

    Segment segment() {
        return segment;
    }

    /** Whether reading on comes to this sequence, and sooner than by starting anew. */
    boolean leadsTo(long wanted) {
        return wanted >= expected
                && wanted < segment.endSequence()
                && segment.placeBefore(wanted).sequence() <= expected;
    }

    /** Goes to the next intact record that lies before the end; false if there is none (yet). */
    boolean next(Segment.End end) throws IOException {
        while (expected < end.sequence() && offset + SegmentFormat.FRAME_BYTES <= end.offset()) {
            ByteBuffer b = load(SegmentFormat.FRAME_BYTES, end.offset());
            int at = offset - chunkOffset;
            int lengthField = b.getInt(at + 4);
            int length = lengthField & ~SegmentFormat.GROUP_FLAG;
            long number = b.getLong(at + 8);
            if (plausible(length, number, end) && intact(length, end)) {
                groupStart = length != lengthField;
                found(length, number);
                return true;
            }
            if (damageOffset < 0) {
                damageOffset = offset;
            }
            offset += SegmentFormat.ALIGNMENT;
        }
        return false;
    }

    /** Of the record that {@link #next} found. */
    long sequence() {
        return sequence;
    }

    /** Where the record begins in the file. */
    int recordOffset() {
        return recordOffset;
    }

    /** Whether the record was the first of a group. */
    boolean groupStart() {
        return groupStart;
    }

    /** The record's payload; valid until the next call of {@link #next}. */
    ByteBuffer payload() {
        return chunk;
    }

    /** Where the next record begins, if there is one. */
    int offset() {
        return offset;
    }

    /** The sequence after the last record found. */
    long nextSequence() {
        return expected;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            log.atWarn().addKeyValue("segment", segment.fileName()).setCause(e).log("closing a reader failed");
        }
    }

    private boolean plausible(int length, long number, Segment.End end) {
        int skipped = damageOffset < 0 ? 0 : offset - damageOffset;
        boolean near = segment.header().sparse() || number - expected <= skipped / SegmentFormat.FRAME_BYTES;
        return length >= 0
                && length <= end.offset() - offset - SegmentFormat.FRAME_BYTES
                && number >= expected
                && number < end.sequence()
                && near;
    }

    private boolean intact(int length, Segment.End end) throws IOException {
        ByteBuffer b = load(SegmentFormat.FRAME_BYTES + length, end.offset());
        return SegmentFormat.intact(b.clear(), offset - chunkOffset, length, segment.salt());
    }

    private void found(int length, long number) {
        if (damageOffset >= 0 && segment.damagedAt(damageOffset)) {
            log.atWarn()
                    .addKeyValue("segment", segment.fileName())
                    .addKeyValue("offset", damageOffset)
                    .addKeyValue("bytes", offset - damageOffset)
                    .addKeyValue("records", number - expected)
                    .log("damaged records in the log, stepping round them");
        }
        damageOffset = -1;
        sequence = number;
        recordOffset = offset;
        segment.index(number, offset);
        int start = offset - chunkOffset + SegmentFormat.FRAME_BYTES;
        chunk.limit(start + length).position(start);
        offset += SegmentFormat.framed(length);
        expected = number + 1;
    }

    /** Makes at least {@code count} bytes from {@link #offset} available; what the file lacks reads as zeros. */
    private ByteBuffer load(int count, int endOffset) throws IOException {
        int at = offset - chunkOffset;
        if (at >= 0 && at + count <= chunkFilled) {
            return chunk.clear();
        }
        int wanted = Math.min(Math.max(count, CHUNK_BYTES), endOffset - offset);
        if (chunk.capacity() < wanted) {
            chunk = ByteBuffer.allocate(wanted);
        }
        chunkFilled = 0;
        chunkOffset = offset;
        chunk.clear().limit(wanted);
        try {
            readFully(chunk, offset);
        } catch (ClosedChannelException e) {
            throw e; // this reader was interrupted or closed; says nothing about the disk
        } catch (IOException e) {
            readAroundBadPages(wanted, e);
        }
        chunkFilled = wanted;
        return chunk.clear();
    }

    /** What cannot be read is damage like any other, unless nothing can be read at all: then the disk may come back. */
    private void readAroundBadPages(int wanted, IOException cause) throws IOException {
        readFully(ByteBuffer.allocate(SegmentFormat.HEADER_BYTES), 0);
        log.atWarn()
                .addKeyValue("segment", segment.fileName())
                .addKeyValue("offset", offset)
                .setCause(cause)
                .log("reading failed, reading page by page");
        for (int from = 0, to; from < wanted; from = to) {
            to = Math.min(wanted, ((offset + from) / PAGE_BYTES + 1) * PAGE_BYTES - offset);
            try {
                readFully(chunk.clear().limit(to).position(from), offset + from);
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException _) {
                Arrays.fill(chunk.array(), from, to, (byte) 0); // logged above; its records fail their checksum
            }
        }
    }

    private void readFully(ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int count = file.read(target, at);
            if (count < 0) {
                Arrays.fill(target.array(), target.position(), target.limit(), (byte) 0);
                return;
            }
            at += count;
        }
    }
}
