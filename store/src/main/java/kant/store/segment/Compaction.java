package kant.store.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import kant.world.Disk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what is kept of neighbouring sealed segments into one new file, which is durable before it takes the place of the first of
 * them. Records keep their sequences; the new segment is <i>sparse</i>: a number that is missing there is no damage.
 */
final class Compaction {
    private static final Logger log = LoggerFactory.getLogger(Compaction.class);
    private static final int CHUNK_BYTES = 64 << 10;

    /** Files are whole sectors. */
    private static final int SECTOR = 512;

    private final Disk disk;
    private final String temporaryName;

    private int offset = SegmentFormat.HEADER_BYTES;
    private long fileBytes;
    private ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);

    Compaction(Disk disk, String logName) {
        this.disk = disk;
        temporaryName = temporaryName(logName);
    }

    /** A file of this name is what a process that died has left. */
    static String temporaryName(String logName) {
        return logName + ".compacting";
    }

    /**
     * Writes the file, without its place among the segments; {@link #moveTo} follows, or it is deleted.
     *
     * @param maxFileBytes more is not worth it, or not allowed
     * @return null if it would be larger than that
     */
    @Nullable
    Segment write(List<Segment> sources, Keeper keeper, int salt, long createdMillis, long maxFileBytes)
            throws IOException {
        try (Disk.File file = disk.open(temporaryName)) {
            file.truncate(0);
            for (Segment source : sources) {
                if (!copy(source, file, keeper, salt, maxFileBytes)) {
                    return null;
                }
            }
            flush(file);
            byte[] summary = keeper.summary();
            long bytes = offset
                    + SegmentFormat.framed(summary.length)
                    + SegmentFormat.FOOTER_BYTES
                    + SegmentFormat.HEADER_BYTES;
            bytes = (bytes + SECTOR - 1) / SECTOR * SECTOR;
            if (bytes > maxFileBytes) {
                return null;
            }
            fileBytes = bytes;
            Segment first = sources.getFirst();
            var header = new SegmentFormat.Header(
                    first.number(), first.baseSequence(), salt, bytes, createdMillis, true);
            var segment = new Segment(first.fileName(), header);
            segment.end(sources.getLast().endSequence(), offset);
            SegmentEnd.writeTo(segment, file, summary);
            file.write(SegmentFormat.encode(header), 0);
            file.write(SegmentFormat.encode(header), bytes - SegmentFormat.HEADER_BYTES);
            file.sync(true);
            segment.seal(summary);
            return segment;
        }
    }

    /** Gives the file its place; whether that is durable. */
    boolean moveTo(Segment place) throws IOException {
        disk.rename(temporaryName, place.fileName());
        try {
            disk.sync();
            return true;
        } catch (IOException e) {
            log.atWarn().addKeyValue("segment", place.fileName()).setCause(e).log("a directory could not be synced");
            return false;
        }
    }

    /** What it writes to before it has a place. */
    String fileName() {
        return temporaryName;
    }

    /** As far as it may have been written. */
    long fileBytes() {
        return fileBytes;
    }

    private boolean copy(Segment source, Disk.File file, Keeper keeper, int salt, long maxFileBytes)
            throws IOException {
        var start = new Segment.Place(source.baseSequence(), SegmentFormat.HEADER_BYTES);
        try (var reader = new SegmentReader(disk, source, start)) {
            while (reader.next(source.end())) {
                ByteBuffer kept = keeper.keep(reader.payload());
                if (kept != null && !add(kept, reader.sequence(), file, salt, maxFileBytes)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean add(ByteBuffer payload, long sequence, Disk.File file, int salt, long maxFileBytes)
            throws IOException {
        int framed = SegmentFormat.framed(payload.remaining());
        if (chunk.remaining() < framed) {
            flush(file);
        }
        if (chunk.remaining() < framed) {
            chunk = ByteBuffer.allocate(framed);
        }
        int frame = chunk.position();
        chunk.position(frame + SegmentFormat.FRAME_BYTES).put(payload);
        SegmentFormat.finishFrame(chunk, frame, SegmentFormat.GROUP_FLAG, sequence, salt);
        return offset + chunk.position() + SegmentFormat.OVERHEAD_BYTES <= maxFileBytes;
    }

    private void flush(Disk.File file) throws IOException {
        int count = chunk.position();
        fileBytes = offset + count;
        file.write(chunk.flip(), offset);
        offset += count;
        chunk.clear();
    }
}
