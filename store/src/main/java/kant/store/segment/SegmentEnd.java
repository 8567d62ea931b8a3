package kant.store.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import kant.world.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is written behind a segment's last record: the owner's summary and the footer, which says where it ends. */
final class SegmentEnd {
    private static final Logger log = LoggerFactory.getLogger(SegmentEnd.class);
    private static final int WRITE_BACK_BYTES = 256 << 10;

    private final Disk disk;

    SegmentEnd(Disk disk) {
        this.disk = disk;
    }

    /** Writes the end of a segment. If that fails, recovery reads the segment through instead. */
    void write(Segment segment, Disk.File file, byte[] summary) {
        try {
            writeTo(segment, file, summary);
        } catch (IOException e) {
            failed(segment, e);
        }
    }

    /** The same for a segment behind whose end there may be void records, and durably, so that they are told from others for good. */
    void writeDurably(Segment segment, byte[] summary) {
        try (Disk.File file = disk.open(segment.fileName())) {
            writeTo(segment, file, summary);
            file.sync(false);
            segment.endOnDisk(true);
        } catch (IOException e) {
            failed(segment, e);
        }
    }

    /**
     * What was found at the end of a log counts as durable from here on, so it is made durable: a killed process may have left it
     * unsynced, or its sync may have failed, after which another sync alone would succeed and save nothing.
     */
    static void writeBack(Segment segment, Disk.File file) throws IOException {
        var b = ByteBuffer.allocate(WRITE_BACK_BYTES);
        int end = segment.end().offset();
        for (int at = 0; at < end; at += b.position()) {
            b.clear().limit(Math.min(b.capacity(), end - at));
            if (file.read(b, at) <= 0) {
                break;
            }
            file.write(b.flip(), at);
        }
        file.sync(true);
    }

    /** Reads through what was given up after a failed write, now that the disk works again, and says what has become of it. */
    void lookThrough(Segment segment) {
        var start = new Segment.Place(segment.baseSequence(), SegmentFormat.HEADER_BYTES);
        try (var reader = new SegmentReader(disk, segment, start)) {
            boolean more;
            do {
                more = reader.next(segment.end());
            } while (more);
            log.atInfo()
                    .addKeyValue("segment", segment.fileName())
                    .addKeyValue("lost", segment.endSequence() - reader.nextSequence())
                    .log("writing works again in another segment");
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("segment", segment.fileName())
                    .setCause(e)
                    .log("a segment could not be looked through");
        }
    }

    /** The same into a file at hand; the caller syncs it. */
    static void writeTo(Segment segment, Disk.File file, byte[] summary) throws IOException {
        int offset = segment.end().offset();
        int framed = SegmentFormat.framed(summary.length);
        boolean room = summary.length > 0 && offset + framed <= segment.limitOffset();
        if (room) {
            var b = ByteBuffer.allocate(framed);
            b.position(SegmentFormat.FRAME_BYTES).put(summary);
            SegmentFormat.finishFrame(b, 0, SegmentFormat.SUMMARY_FLAG, segment.endSequence(), segment.salt());
            file.write(b.flip(), offset);
        }
        var footer = new SegmentFormat.Footer(room ? offset : 0, segment.endSequence());
        file.write(SegmentFormat.encode(footer, segment.salt()), segment.limitOffset());
    }

    private static void failed(Segment segment, IOException e) {
        log.atWarn().addKeyValue("segment", segment.fileName()).setCause(e).log("a segment's end could not be written");
    }
}
