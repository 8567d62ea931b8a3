package kant.store.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import kant.world.Disk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, when a log is opened, what is in its files. A sealed segment tells its end itself; one that does not (the active
 * one, or one that was given up after a failed write) is read through once.
 */
final class Recovery {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    /** A summary is far smaller; more is damage. */
    private static final int MAX_SUMMARY_BYTES = 1 << 20;

    private final Disk disk;
    private final SegmentNames names;
    private final long durableBefore;
    private final SegmentLog.RecordVisitor visitor;

    final List<Segment> segments = new ArrayList<>();
    long highestNumber;
    long spareNumber;
    long spareBytes;
    int unreadable;

    /** What is intact behind a hole in the last group: its records were written together, and no acknowledgement is certain. */
    final List<byte[]> strays = new ArrayList<>();

    boolean torn;

    Recovery(Disk disk, SegmentNames names, long durableBefore, SegmentLog.RecordVisitor visitor) {
        this.disk = disk;
        this.names = names;
        this.durableBefore = durableBefore;
        this.visitor = visitor;
    }

    /** Refuses files that a newer program has written; only reads. */
    static void refuseNewer(Disk disk, SegmentNames names) throws IOException {
        for (String name : disk.list()) {
            if (names.number(name).isPresent()) {
                refuseNewer(disk, names, name);
            }
        }
    }

    private static void refuseNewer(Disk disk, SegmentNames names, String name) throws IOException {
        try (Disk.File file = disk.open(name)) {
            for (long at : new long[] {0, file.size() - SegmentFormat.HEADER_BYTES}) {
                ByteBuffer b = at < 0 ? null : read(file, at, SegmentFormat.HEADER_BYTES);
                int version = b == null ? 0 : SegmentFormat.version(b);
                if (version > SegmentFormat.NEWEST_VERSION) {
                    throw new NewerFormatException(name, version, SegmentFormat.NEWEST_VERSION, names.logName());
                }
            }
        }
    }

    void run() throws IOException {
        refuseNewer(disk, names);
        TreeMap<Long, String> files = files();
        files.forEach((number, name) -> highestNumber = Math.max(highestNumber, number));
        var unused = new TreeMap<Long, String>();
        for (var e : files.entrySet()) {
            Segment segment = readHeader(e.getKey(), e.getValue());
            if (segment != null) {
                segments.add(segment);
            } else {
                unused.put(e.getKey(), e.getValue());
            }
        }
        sortOut(unused);
        for (int i = 0; i < segments.size(); i++) {
            readEnd(i);
        }
    }

    private TreeMap<Long, String> files() throws IOException {
        var files = new TreeMap<Long, String>();
        for (String name : disk.list()) {
            names.number(name).ifPresent(number -> files.put(number, name));
        }
        return files;
    }

    private @Nullable Segment readHeader(long number, String name) throws IOException {
        try (Disk.File file = disk.open(name)) {
            long size = file.size();
            SegmentFormat.Header header = header(file, 0, number);
            if (header == null && size >= SegmentFormat.HEADER_BYTES) {
                header = header(file, size - SegmentFormat.HEADER_BYTES, number);
            }
            return header == null ? null : new Segment(name, header);
        }
    }

    /** Null if it is damaged, or left from the file's life under another number. */
    private static SegmentFormat.@Nullable Header header(Disk.File file, long position, long number)
            throws IOException {
        ByteBuffer b = read(file, position, SegmentFormat.HEADER_BYTES);
        SegmentFormat.Header header = b == null ? null : SegmentFormat.header(b);
        return header == null || header.number() != number ? null : header;
    }

    /** Behind the last segment lies the spare; a file before it that is none has lost both its headers. */
    private void sortOut(TreeMap<Long, String> unused) throws IOException {
        long last = segments.isEmpty() ? 0 : segments.getLast().number();
        for (var e : unused.entrySet()) {
            long size;
            try (Disk.File file = disk.open(e.getValue())) {
                size = file.size();
            }
            if (e.getKey() > last && spareNumber == 0 && size > SegmentFormat.OVERHEAD_BYTES) {
                spareNumber = e.getKey();
                spareBytes = size;
                continue;
            }
            if (e.getKey() < last) {
                unreadable++;
                log.atError()
                        .addKeyValue("segment", e.getValue())
                        .addKeyValue("bytes", size)
                        .log("segment without a readable header, its records are lost; removing it");
            }
            disk.delete(e.getValue());
        }
    }

    private void readEnd(int i) throws IOException {
        Segment segment = segments.get(i);
        boolean last = i == segments.size() - 1;
        long limit = last ? Long.MAX_VALUE : segments.get(i + 1).baseSequence();
        SegmentFormat.Footer footer = readFooter(segment, limit);
        if (footer == null && last) {
            scanLast(segment);
            return;
        }
        if (footer == null) {
            segment.endOnDisk(false);
            scan(segment, limit, Integer.MAX_VALUE);
        } else if (!readSummary(segment, footer)) {
            scan(segment, footer.endSequence(), Integer.MAX_VALUE);
        }
        if (!segment.sealed()) {
            segment.seal(null);
        }
    }

    private SegmentFormat.@Nullable Footer readFooter(Segment segment, long limit) throws IOException {
        try (Disk.File file = disk.open(segment.fileName())) {
            ByteBuffer b = read(file, segment.limitOffset(), SegmentFormat.FOOTER_BYTES);
            SegmentFormat.Footer footer = b == null ? null : SegmentFormat.footer(b, segment.salt());
            return footer == null || footer.endSequence() > limit ? null : footer;
        }
    }

    /** Without a summary the segment is read through. */
    private boolean readSummary(Segment segment, SegmentFormat.Footer footer) throws IOException {
        if (footer.summaryOffset() < SegmentFormat.HEADER_BYTES) {
            return false;
        }
        try (Disk.File file = disk.open(segment.fileName())) {
            byte[] summary = summary(file, segment, footer);
            if (summary == null) {
                return false;
            }
            segment.end(footer.endSequence(), footer.summaryOffset());
            segment.seal(summary);
            return true;
        }
    }

    private static byte @Nullable [] summary(Disk.File file, Segment segment, SegmentFormat.Footer footer)
            throws IOException {
        ByteBuffer frame = read(file, footer.summaryOffset(), SegmentFormat.FRAME_BYTES);
        if (frame == null) {
            return null;
        }
        int length = frame.getInt(4) ^ SegmentFormat.SUMMARY_FLAG;
        if (length < 0 || length > MAX_SUMMARY_BYTES) {
            return null;
        }
        ByteBuffer whole = read(file, footer.summaryOffset(), SegmentFormat.FRAME_BYTES + length);
        if (whole == null || !SegmentFormat.intact(whole, 0, length, segment.salt())) {
            return null;
        }
        var summary = new byte[length];
        whole.get(SegmentFormat.FRAME_BYTES, summary);
        return summary;
    }

    private void scan(Segment segment, long limit, int endOffset) throws IOException {
        try (var reader = new SegmentReader(disk, segment, start(segment))) {
            var end = new Segment.End(limit, Math.min(segment.limitOffset(), endOffset));
            while (reader.next(end)) {
                segment.end(reader.nextSequence(), reader.offset());
                visitor.record(segment, reader.sequence(), reader.payload());
            }
        }
    }

    /**
     * A hole before the first record of a group is damage: the group was begun after all before it was durable. So is one that
     * the owner knows to have been durable. Another hole in the last group is what a power cut leaves of a group that was being written: the log ends before it.
     */
    private void scanLast(Segment segment) throws IOException {
        int holeOffset = Integer.MAX_VALUE;
        try (var reader = new SegmentReader(disk, segment, start(segment))) {
            var everything = new Segment.End(Long.MAX_VALUE, segment.limitOffset());
            long expected = segment.baseSequence();
            int offset = SegmentFormat.HEADER_BYTES;
            while (reader.next(everything)) {
                if (reader.groupStart()) {
                    holeOffset = Integer.MAX_VALUE;
                    strays.clear();
                } else if (reader.sequence() != expected && expected >= durableBefore && strays.isEmpty()) {
                    holeOffset = offset;
                }
                if (holeOffset != Integer.MAX_VALUE) {
                    strays.add(copy(reader.payload()));
                }
                expected = reader.nextSequence();
                offset = reader.offset();
            }
        }
        torn = !strays.isEmpty();
        scan(segment, Long.MAX_VALUE, holeOffset);
    }

    private static Segment.Place start(Segment segment) {
        return new Segment.Place(segment.baseSequence(), SegmentFormat.HEADER_BYTES);
    }

    private static byte[] copy(ByteBuffer payload) {
        var bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    /** Null if the file ends before. */
    private static @Nullable ByteBuffer read(Disk.File file, long position, int count) throws IOException {
        var b = ByteBuffer.allocate(count);
        while (b.hasRemaining()) {
            if (file.read(b, position + b.position()) < 0) {
                return null;
            }
        }
        return b.clear();
    }
}
