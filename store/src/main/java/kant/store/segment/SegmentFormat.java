package kant.store.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a segment file; {@code docs/formats.md} is the same as a table, and a test compares the two. All numbers are
 * big-endian.
 *
 * <pre>
 * header   0-63, and once more in the last 64 bytes of the file
 * records  from 64, each at a multiple of 8: crc 4 | length 4 | sequence 8 | payload | zeros to the next multiple of 8
 * summary  after the last record of a sealed segment, framed like a record
 * footer   the 16 bytes before the second header: crc 4 | offset of the summary 4 | sequence after the last record 8
 * </pre>
 *
 * Every checksum is CRC-32C, turned over with the segment's salt, so that what a file held in an earlier life never counts.
 */
final class SegmentFormat {
    static final int MAGIC = 0x4B534547; // "KSEG"

    /** Of a segment as it was written. */
    static final int VERSION = 1;

    /** Of a segment that was compacted: a number that is missing is no damage. */
    static final int SPARSE_VERSION = 2;

    private static final int OLDEST_VERSION = 1;

    /** Everything between the two is read. */
    static final int NEWEST_VERSION = 2;

    static final int HEADER_BYTES = 64;
    static final int FRAME_BYTES = 16;
    static final int FOOTER_BYTES = 16;
    static final int ALIGNMENT = 8;

    /** In a record's length field: this is the summary, not a record. */
    static final int SUMMARY_FLAG = 0x4000_0000;

    /** In a record's length field: the first of a group; all before it was durable when it was written. */
    static final int GROUP_FLAG = 0x2000_0000;

    static final int LENGTH_MASK = 0x0FFF_FFFF;

    /** What a segment cannot use for records: both headers and the footer. */
    static final int OVERHEAD_BYTES = 2 * HEADER_BYTES + FOOTER_BYTES;

    private SegmentFormat() {}

    /** What a segment file says about itself. */
    record Header(long number, long baseSequence, int salt, long fileBytes, long createdMillis, boolean sparse) {}

    /** Where a sealed segment ends. */
    record Footer(int summaryOffset, long endSequence) {}

    static int framed(int payloadBytes) {
        return align(FRAME_BYTES + payloadBytes);
    }

    static int align(int offset) {
        return offset + ALIGNMENT - 1 & -ALIGNMENT;
    }

    static ByteBuffer encode(Header header) {
        var b = ByteBuffer.allocate(HEADER_BYTES);
        int version = header.sparse ? SPARSE_VERSION : VERSION;
        b.putInt(MAGIC).putShort((short) version).putShort((short) HEADER_BYTES);
        b.putLong(header.number).putLong(header.baseSequence).putInt(header.salt);
        b.putLong(header.fileBytes).putLong(header.createdMillis);
        b.putInt(HEADER_BYTES - 4, crc(b, 0, HEADER_BYTES - 4, 0));
        return b.clear();
    }

    /** The version that an intact header names, be it newer than this program; 0 if the bytes are no header, or damaged. */
    static int version(ByteBuffer b) {
        boolean intact = b.remaining() >= HEADER_BYTES
                && b.getInt(0) == MAGIC
                && b.getInt(HEADER_BYTES - 4) == crc(b, 0, HEADER_BYTES - 4, 0);
        return intact ? Short.toUnsignedInt(b.getShort(4)) : 0;
    }

    /** Null if the bytes are no header of a version that can be read, or damaged. */
    static @Nullable Header header(ByteBuffer b) {
        int version = version(b);
        if (version < OLDEST_VERSION || version > NEWEST_VERSION || b.getShort(6) != HEADER_BYTES) {
            return null;
        }
        return new Header(
                b.getLong(8), b.getLong(16), b.getInt(24), b.getLong(28), b.getLong(36), version == SPARSE_VERSION);
    }

    static ByteBuffer encode(Footer footer, int salt) {
        var b = ByteBuffer.allocate(FOOTER_BYTES);
        b.putInt(4, footer.summaryOffset).putLong(8, footer.endSequence);
        b.putInt(0, crc(b, 4, FOOTER_BYTES - 4, salt));
        return b;
    }

    static @Nullable Footer footer(ByteBuffer b, int salt) {
        if (b.remaining() < FOOTER_BYTES || b.getInt(0) != crc(b, 4, FOOTER_BYTES - 4, salt)) {
            return null;
        }
        return new Footer(b.getInt(4), b.getLong(8));
    }

    /** Completes the frame at {@code start} whose payload has been written behind it, pads it, and moves to its end. */
    static void finishFrame(ByteBuffer b, int start, int flag, long sequence, int salt) {
        int length = b.position() - start - FRAME_BYTES;
        b.putInt(start + 4, length | flag).putLong(start + 8, sequence);
        b.putInt(start, crc(b, start + 4, FRAME_BYTES - 4 + length, salt));
        for (int pad = align(b.position()) - b.position(); pad > 0; pad--) {
            b.put((byte) 0);
        }
    }

    /** Whether the frame at {@code start}, wholly in the buffer, is intact. */
    static boolean intact(ByteBuffer b, int start, int payloadBytes, int salt) {
        return b.getInt(start) == crc(b, start + 4, FRAME_BYTES - 4 + payloadBytes, salt);
    }

    private static int crc(ByteBuffer b, int from, int length, int salt) {
        var crc = new CRC32C();
        int position = b.position();
        int limit = b.limit();
        crc.update(b.limit(from + length).position(from));
        b.limit(limit).position(position);
        return (int) crc.getValue() ^ salt;
    }
}
