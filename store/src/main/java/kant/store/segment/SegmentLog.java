package kant.store.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import kant.world.Disk;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log without a thread: its owner's one writer thread makes all calls but {@link #segments}, {@link #nextSequence} and the
 * other plain questions, which are for any thread.
 *
 * <p>A group is a number of records between {@link #begin} and {@link #commit}; it is on the disk whole or its records are void:
 * after a failed write or sync nobody knows what is there, so the segment is given up where it was last durable, and nothing is
 * acknowledged before another one has been written, synced and read back.
 */
public final class SegmentLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SegmentLog.class);

    /** One group at most; also the bound of a record. */
    private static final int GROUP_BYTES = 1 << 20;

    private static final int WRITE_BACK_BYTES = 256 << 10;

    /** After a failure to get another segment. */
    private static final Duration RETRY = Duration.ofMillis(250);

    private final Disk disk;
    private final Time time;
    private final LogConfig config;
    private final SegmentNames names;
    private final Spare spare;
    private final ByteBuffer group;
    private final AtomicLong damage = new AtomicLong();
    private final List<byte[]> strays;

    private volatile Segment[] segments;
    private volatile long nextSequence;
    private volatile long bytes;
    private volatile long maxBytes;
    private volatile long segmentBytes;
    private volatile @Nullable String failure;

    // The writer's own.
    private @Nullable Segment active;
    private Disk.@Nullable File file;
    private @Nullable Segment abandoned;
    private long highestNumber;
    private long groupNext;
    private int frameStart;
    private @Nullable String spareFailure;
    private long retryAtNanos;

    /** What to do before a record can be added. */
    public enum Room {
        /** Nothing. */
        ENOUGH,
        /** Commit: the group is as large as it may be. */
        COMMIT_FIRST,
        /** Commit and roll: the segment is full, or there is none. */
        ROLL_FIRST,
        /** It fits in no segment. */
        NEVER
    }

    private SegmentLog(Disk disk, Time time, LogConfig config, Recovery found) {
        this.disk = disk;
        this.time = time;
        this.config = config;
        names = new SegmentNames(config.name());
        spare = new Spare(disk, names);
        maxBytes = config.maxBytes();
        segmentBytes = config.segmentBytes();
        group = ByteBuffer.allocateDirect((int) Math.min(GROUP_BYTES, config.segmentBytes()));
        segments = found.segments.toArray(Segment[]::new);
        nextSequence = segments.length == 0 ? 1 : segments[segments.length - 1].endSequence();
        groupNext = nextSequence;
        highestNumber = found.highestNumber;
        damage.set(found.unreadable);
        strays = List.copyOf(found.strays);
    }

    /**
     * Opens the log and finds its end; creates it where there is none.
     *
     * @param visitor sees the records of segments without a summary
     */
    public static SegmentLog open(Disk disk, Time time, LogConfig config, RecordVisitor visitor) throws IOException {
        var found = new Recovery(disk, new SegmentNames(config.name()), visitor);
        found.run();
        var opened = new SegmentLog(disk, time, config, found);
        opened.resume(found);
        return opened;
    }

    /** Sees records while a log is opened. */
    @FunctionalInterface
    public interface RecordVisitor {
        /** @param payload valid during the call only */
        void record(Segment segment, long sequence, ByteBuffer payload);
    }

    // -- for any thread -------------------------------------------------------------------------------------------

    /** From the oldest to the active one; a snapshot. */
    public List<Segment> segments() {
        return List.of(segments);
    }

    /** The first sequence that is kept. */
    public long firstSequence() {
        Segment[] all = segments;
        return all.length == 0 ? nextSequence : all[0].baseSequence();
    }

    /** The sequence of the next durable record. */
    public long nextSequence() {
        return nextSequence;
    }

    /** Of all files. */
    public long bytes() {
        return bytes;
    }

    public long maxBytes() {
        return maxBytes;
    }

    /** Changes the bound and the size of segments to come; the log needs room for two of them and takes it. */
    public void limits(long newMaxBytes, long newSegmentBytes) {
        maxBytes = Math.max(newMaxBytes, 2 * newSegmentBytes);
        segmentBytes = newSegmentBytes;
    }

    /** Why nothing can be written because of the disk, null if it can. */
    public @Nullable String failure() {
        return failure;
    }

    /** Damaged places found so far. */
    public long damage() {
        return damage.get() + Arrays.stream(segments).mapToLong(Segment::damagedPlaces).sum();
    }

    /** What a power cut has left of the last group behind a hole in it; the owner appends it again. */
    public List<byte[]> strays() {
        return strays;
    }

    /** A reader of its own for one thread at a time. */
    public LogScanner scanner() {
        return new LogScanner(this, disk);
    }

    // -- for the writer -------------------------------------------------------------------------------------------

    /** What a record of so many bytes needs. */
    public Room room(int payloadBytes) {
        int framed = SegmentFormat.framed(payloadBytes);
        if (framed > Math.min(group.capacity(), segmentBytes - SegmentFormat.OVERHEAD_BYTES)) {
            return Room.NEVER;
        }
        Segment a = active;
        if (a == null || a.end().offset() + group.position() + framed > a.limitOffset()) {
            return Room.ROLL_FIRST;
        }
        return group.remaining() < framed ? Room.COMMIT_FIRST : Room.ENOUGH;
    }

    /** The number of the segment that {@link #begin} writes to. */
    public long activeNumber() {
        return requireActive().number();
    }

    /** Where to put the next record's payload; {@link #end} follows. At most what {@link #room} was asked for. */
    public ByteBuffer begin() {
        frameStart = group.position();
        return group.position(frameStart + SegmentFormat.FRAME_BYTES);
    }

    /** Completes the record; returns its sequence. */
    public long end() {
        Segment a = requireActive();
        long sequence = groupNext++;
        int flag = frameStart == 0 ? SegmentFormat.GROUP_FLAG : 0;
        SegmentFormat.finishFrame(group, frameStart, flag, sequence, a.salt());
        a.index(sequence, a.end().offset() + frameStart);
        return sequence;
    }

    /** Takes back what was begun and not ended. */
    public void cancel() {
        group.position(frameStart);
    }

    public boolean groupEmpty() {
        return group.position() == 0;
    }

    /** Writes the group, and syncs it if that is the promise; on failure all of its records are void and the segment is given up. */
    public void commit() throws IOException {
        if (groupEmpty()) {
            return;
        }
        Segment a = requireActive();
        Disk.File f = requireFile();
        int end = a.end().offset() + group.position();
        try {
            f.write(group.flip(), a.end().offset());
            if (config.durability() == Durability.FSYNC) {
                f.sync(false);
            }
        } catch (IOException e) {
            abandon(a, e);
            throw e;
        } finally {
            group.clear();
        }
        a.end(groupNext, end);
        nextSequence = groupNext;
    }

    /** Makes everything written durable also where an acknowledgement does not promise it. */
    public void sync() throws IOException {
        Disk.File f = file;
        if (f != null && config.durability() == Durability.OS) {
            f.sync(false);
        }
    }

    /**
     * Goes on in the next segment; unchanged if there can be none.
     *
     * @param summary what the owner wants to be told at the next opening about the segment that was written to last
     */
    public void roll(byte[] summary) throws IOException, LogFullException {
        if (!groupEmpty()) {
            throw new IllegalStateException("roll with a group under way");
        }
        makeSpare();
        seal(summary);
        activateSpare();
        closeAbandoned(summary);
    }

    /** Seals the active segment although there is no next one yet, so that it can be freed. */
    public void seal(byte[] summary) {
        Segment a = active;
        if (a != null) {
            try {
                sealFile(a, requireFile(), summary);
                if (config.durability() == Durability.OS) {
                    requireFile().sync(false); // or a power cut could take a whole segment
                }
            } catch (IOException e) {
                log.atWarn().addKeyValue("segment", a.fileName()).setCause(e).log("a segment's end could not be written");
            }
            a.seal(summary);
            closeFile();
            active = null;
        }
    }

    /** Gives up a sealed segment; its blocks become the spare's if it has none. False if it must stay a while for the one before it. */
    public boolean free(Segment segment) {
        if (!segment.sealed()) {
            throw new IllegalArgumentException(segment + " is not sealed");
        }
        int at = List.of(segments).indexOf(segment);
        if (at > 0 && !segments[at - 1].endOnDisk()) {
            return false;
        }
        damage.addAndGet(segment.damagedPlaces());
        segments = Arrays.stream(segments).filter(s -> s != segment).toArray(Segment[]::new);
        count();
        try {
            if (!spare.exists() && segment.fileBytes() == segmentBytes && bytes + segmentBytes <= maxBytes) {
                spare.recycle(segment, ++highestNumber);
                count();
                spare.fill();
            } else {
                disk.delete(segment.fileName());
            }
        } catch (IOException e) {
            log.atWarn().addKeyValue("segment", segment.fileName()).setCause(e).log("giving a segment back failed");
        }
        return true;
    }

    /** Does a piece of the next segment's preparation if it will be needed soon; true if there is more to do. */
    public boolean prepare() {
        boolean waiting = spareFailure != null && time.nanos() - retryAtNanos < 0;
        if (waiting || spare.ready() || !spare.exists() && !spareWanted()) {
            return false;
        }
        try {
            if (!spare.exists()) {
                beginSpare();
            }
            return spare.fill();
        } catch (IOException e) {
            spareFailed(e);
            return false;
        }
    }

    /** Numbers to come start here at least, in a segment of their own; for an owner that knows of records the log has lost. */
    public void skipTo(long sequence, byte[] summary) {
        if (sequence > nextSequence) {
            seal(summary);
            nextSequence = sequence;
            groupNext = sequence;
        }
    }

    @Override
    public void close() {
        closeFile();
        spare.close();
    }

    // -- steps ----------------------------------------------------------------------------------------------------

    private void resume(Recovery found) throws IOException {
        if (found.spareNumber > 0) {
            if (found.spareBytes == segmentBytes) {
                spare.adopt(found.spareNumber, found.spareBytes);
            } else {
                disk.delete(names.of(found.spareNumber));
            }
        }
        if (segments.length > 0 && !segments[segments.length - 1].sealed()) {
            Segment last = segments[segments.length - 1];
            file = disk.open(last.fileName());
            active = last;
            writeBack(last, requireFile());
            if (found.torn) {
                last.seal(null);
                last.endOnDisk(false);
                closeFile();
                active = null;
            }
        }
        for (Segment segment : segments) {
            if (!segment.endOnDisk()) {
                writeEnd(segment, new byte[0]);
            }
        }
        count();
    }

    /**
     * What was found at the end of the log counts as durable from here on, so it is made durable: a killed process may have left
     * it unsynced, or its sync may have failed, after which another sync alone would succeed and save nothing.
     */
    private static void writeBack(Segment last, Disk.File f) throws IOException {
        var b = ByteBuffer.allocate(WRITE_BACK_BYTES);
        int end = last.end().offset();
        for (int at = 0; at < end; at += b.position()) {
            b.clear().limit(Math.min(b.capacity(), end - at));
            if (f.read(b, at) <= 0) {
                break;
            }
            f.write(b.flip(), at);
        }
        f.sync(true);
    }

    private void makeSpare() throws IOException, LogFullException {
        if (spare.ready()) {
            return;
        }
        if (!spare.exists()) {
            dropOldestIfAllowed();
        }
        if (!spare.exists()) {
            checkBound();
        }
        if (spareFailure != null && time.nanos() - retryAtNanos < 0) {
            throw noSegment();
        }
        try {
            if (!spare.exists()) {
                beginSpare();
            }
            boolean more;
            do {
                more = spare.fill();
            } while (more);
        } catch (IOException e) {
            spareFailed(e);
            throw noSegment();
        }
    }

    private LogFullException noSegment() {
        failure = spareFailure;
        return new LogFullException("no new segment can be made: " + spareFailure);
    }

    private void dropOldestIfAllowed() {
        while (config.whenFull() == WhenFull.DROP_OLDEST
                && bytes + segmentBytes > maxBytes
                && segments.length > 0
                && segments[0].sealed()) {
            free(segments[0]);
        }
    }

    private void checkBound() throws LogFullException {
        if (bytes + segmentBytes > maxBytes) {
            throw new LogFullException(bytes + " of " + maxBytes + " bytes are used by what is not delivered yet");
        }
    }

    private void beginSpare() throws IOException {
        if (disk.usableBytes() - segmentBytes < config.reserveBytes()) {
            throw new IOException("the volume has only " + disk.usableBytes() + " bytes left, and "
                    + config.reserveBytes() + " are kept in reserve");
        }
        spare.begin(++highestNumber, segmentBytes);
        count();
    }

    private void spareFailed(IOException e) {
        if (spareFailure == null) {
            log.atWarn().setCause(e).log("no new segment can be made");
        }
        retryLater(e);
        spare.drop();
        count();
    }

    private void retryLater(IOException cause) {
        spareFailure = String.valueOf(cause.getMessage());
        retryAtNanos = time.nanos() + RETRY.toNanos();
    }

    private boolean spareWanted() {
        Segment a = active;
        boolean soon = a == null || a.end().offset() > a.fileBytes() / 2;
        return soon && bytes + segmentBytes <= maxBytes;
    }

    /** The next segment counts only after its header has been synced and read back where the one before has failed. */
    private void activateSpare() throws IOException {
        long number = spare.number();
        var header = new SegmentFormat.Header(
                number, nextSequence, salt(number), spare.fileBytes(), time.now().toEpochMilli());
        var next = new Segment(names.of(number), header);
        Disk.File f = spare.take();
        try {
            f.write(SegmentFormat.encode(header), 0);
            f.write(SegmentFormat.encode(header), header.fileBytes() - SegmentFormat.HEADER_BYTES);
            if (abandoned != null) {
                f.sync(false);
                verify(f, header);
            }
        } catch (IOException e) {
            giveUp(next, f, e);
            throw e;
        }
        file = f;
        active = next;
        groupNext = nextSequence;
        segments = append(segments, next);
        count();
        failure = null;
        spareFailure = null;
    }

    private static void verify(Disk.File f, SegmentFormat.Header header) throws IOException {
        var b = ByteBuffer.allocate(SegmentFormat.HEADER_BYTES);
        while (b.hasRemaining() && f.read(b, b.position()) > 0) {}
        if (!header.equals(SegmentFormat.header(b.clear()))) {
            throw new IOException("what was written to " + header.number() + " does not read back");
        }
    }

    private void giveUp(Segment next, Disk.File f, IOException cause) {
        retryLater(cause);
        failure = spareFailure;
        try {
            f.close();
            disk.delete(next.fileName());
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        count();
    }

    /** The segment ends where it was durable last; what lies behind is void, because the next one begins with its numbers. */
    private void abandon(Segment a, IOException cause) {
        failure = String.valueOf(cause.getMessage());
        log.atError()
                .addKeyValue("segment", a.fileName())
                .addKeyValue("offset", a.end().offset())
                .setCause(cause)
                .log("writing failed, nothing is acknowledged until another segment works");
        groupNext = nextSequence;
        abandoned = a;
        a.endOnDisk(false);
        a.seal(null);
        closeFile();
        active = null;
    }

    /**
     * Looks through what was given up, now that the disk works again, and seals it, so that its void records are told from the
     * others whatever becomes of the segment after it.
     */
    private void closeAbandoned(byte[] summary) {
        Segment a = abandoned;
        abandoned = null;
        if (a == null) {
            return;
        }
        var start = new Segment.Place(a.baseSequence(), SegmentFormat.HEADER_BYTES);
        try (var reader = new SegmentReader(disk, a, start)) {
            boolean more;
            do {
                more = reader.next(a.end());
            } while (more);
            log.atInfo()
                    .addKeyValue("segment", a.fileName())
                    .addKeyValue("lost", a.endSequence() - reader.nextSequence())
                    .log("writing works again in another segment");
        } catch (IOException e) {
            log.atWarn().addKeyValue("segment", a.fileName()).setCause(e).log("a segment could not be looked through");
        }
        writeEnd(a, summary);
    }

    private void writeEnd(Segment a, byte[] summary) {
        try (Disk.File f = disk.open(a.fileName())) {
            sealFile(a, f, summary);
            f.sync(false);
            a.endOnDisk(true);
        } catch (IOException e) {
            log.atWarn().addKeyValue("segment", a.fileName()).setCause(e).log("a segment's end could not be written");
        }
    }

    private void sealFile(Segment a, Disk.File f, byte[] summary) throws IOException {
        int offset = a.end().offset();
        boolean room = offset + SegmentFormat.framed(summary.length) <= a.limitOffset();
        if (room && summary.length > 0) {
            var b = ByteBuffer.allocate(SegmentFormat.framed(summary.length));
            b.position(SegmentFormat.FRAME_BYTES);
            b.put(summary);
            SegmentFormat.finishFrame(b, 0, SegmentFormat.SUMMARY_FLAG, a.endSequence(), a.salt());
            f.write(b.flip(), offset);
        } else {
            offset = 0;
        }
        f.write(SegmentFormat.encode(new SegmentFormat.Footer(offset, a.endSequence()), a.salt()), a.limitOffset());
    }

    /** Differs for every life of every file; nothing depends on its being unpredictable. */
    private int salt(long number) {
        var mix = ByteBuffer.allocate(32);
        mix.putLong(number).putLong(nextSequence).putLong(time.now().toEpochMilli()).putLong(time.nanos());
        var crc = new CRC32C();
        crc.update(mix.flip());
        return (int) crc.getValue();
    }

    private void count() {
        long sum = spare.bytes();
        for (Segment s : segments) {
            sum += s.fileBytes();
        }
        bytes = sum;
    }

    private static Segment[] append(Segment[] all, Segment next) {
        var list = new ArrayList<>(List.of(all));
        list.add(next);
        return list.toArray(Segment[]::new);
    }

    private void closeFile() {
        Disk.File f = file;
        file = null;
        if (f != null) {
            try {
                f.close();
            } catch (IOException e) {
                log.atWarn().setCause(e).log("closing a segment failed");
            }
        }
    }

    private Segment requireActive() {
        Segment a = active;
        if (a == null) {
            throw new IllegalStateException("no active segment");
        }
        return a;
    }

    private Disk.File requireFile() {
        Disk.File f = file;
        if (f == null) {
            throw new IllegalStateException("no open segment");
        }
        return f;
    }
}
