package kant.store.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import kant.world.Disk;
import kant.world.Randomness;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a log's next segment comes from: the spare, which is made ready in time, within the log's bound and the volume's reserve.
 * On the writer thread but for the plain questions. "Used" is always what the log's segments take without the spare.
 */
final class SegmentSupply {
    private static final Logger log = LoggerFactory.getLogger(SegmentSupply.class);

    /** After a failure to get a segment. */
    private static final Duration RETRY = Duration.ofMillis(250);

    /** Compaction must give at least this part of the bytes back. */
    private static final int WORTHWHILE_PART = 16;

    private final Disk disk;
    private final Time time;
    private final Randomness randomness;
    private final long reserveBytes;
    private final SegmentNames names;
    private final Spare spare;
    private final Leftovers leftovers;

    private volatile long maxBytes;
    private volatile long segmentBytes;
    private volatile boolean compacts;
    private volatile @Nullable String failure;

    private @Nullable SpareThread beside;
    private long highestNumber;
    private @Nullable String lastTrouble;
    private long retryAtNanos;

    SegmentSupply(Disk disk, Time time, Randomness randomness, LogConfig config) {
        this.disk = disk;
        this.time = time;
        this.randomness = randomness;
        reserveBytes = config.reserveBytes();
        names = new SegmentNames(config.name());
        leftovers = new Leftovers(disk);
        spare = new Spare(disk, names, leftovers);
        maxBytes = config.maxBytes();
        segmentBytes = config.segmentBytes();
    }

    /** A segment that counts from now on, and its open file. */
    record Fresh(Segment segment, Disk.File file) {}

    /** Takes over what recovery has found. */
    void found(Recovery recovery) throws IOException {
        highestNumber = recovery.highestNumber;
        if (recovery.spareNumber > 0 && recovery.spareBytes == segmentBytes) {
            spare.adopt(recovery.spareNumber, recovery.spareBytes);
        } else if (recovery.spareNumber > 0) {
            leftovers.delete(names.of(recovery.spareNumber), recovery.spareBytes);
        }
    }

    /** From now on the spare is made ready by a thread of its own. */
    void fillBeside(String logName) {
        beside = new SpareThread(logName);
    }

    // -- for any thread -------------------------------------------------------------------------------------------

    long maxBytes() {
        return maxBytes;
    }

    long segmentBytes() {
        return segmentBytes;
    }

    /** Why no segment can be had because of the disk, null if one can, or if nobody has asked. */
    @Nullable
    String failure() {
        return failure;
    }

    void limits(long newMaxBytes, long newSegmentBytes) {
        maxBytes = Math.max(newMaxBytes, 2 * newSegmentBytes);
        segmentBytes = newSegmentBytes;
    }

    // -- for the writer -------------------------------------------------------------------------------------------

    /** From now on it keeps room within the bound for a file that compaction writes before it deletes others. */
    void compacts() {
        compacts = true;
    }

    /** Writes a compacted file within the bound; null if that is not worth it. */
    @Nullable
    Segment compact(Compaction compaction, List<Segment> sources, Keeper keeper, long usedBytes) throws IOException {
        long before = sources.stream().mapToLong(Segment::fileBytes).sum();
        long worthwhile = Math.min(segmentBytes, before - before / WORTHWHILE_PART);
        long most = Math.min(worthwhile, maxBytes - usedBytes - otherBytes());
        return compaction.write(sources, keeper, salt(), time.now().toEpochMilli(), most);
    }

    /** Something was deleted: what failed for want of room may work now. */
    void madeRoom() {
        lastTrouble = null;
    }

    /** What files take that are no segments: the spare's, and those that could not be deleted. */
    long otherBytes() {
        return spare.bytes() + leftovers.bytes();
    }

    boolean undeleted() {
        return leftovers.bytes() > 0;
    }

    /** Whether there is a segment to be had by {@link #next} whatever the volume says. */
    boolean ready() {
        return (beside == null || !beside.busy()) && spare.ready();
    }

    /** Whether the bound leaves no room for one more. */
    boolean exhausted(long usedBytes) {
        return (compacts || !spare.exists()) && usedBytes + leftovers.bytes() + segmentBytes > segmentsBytes();
    }

    /** The bound less what compaction needs, which is nothing where two segments are all there is. */
    private long segmentsBytes() {
        long room = Math.min(segmentBytes, maxBytes - 2 * segmentBytes);
        return maxBytes - (compacts ? Math.max(0, room) : 0);
    }

    /** Whether {@link #prepare} would make a new file, because no freed one has become the spare in time. */
    boolean wantsNewFile(long usedBytes, long usedOfActive) {
        return !spare.exists() && 2 * usedOfActive >= segmentBytes && !exhausted(usedBytes) && !waiting();
    }

    /** Makes sure that there is a segment to be had by {@link #next}. */
    void require(long usedBytes) throws LogFullException {
        awaitBeside();
        if (exhausted(usedBytes)) {
            throw new LogFullException(usedBytes + " of " + maxBytes + " bytes are used by what is not delivered yet");
        }
        if (spare.ready()) {
            return;
        }
        if (waiting()) {
            throw noSegment();
        }
        try {
            beginIfNone();
            spare.fill(Long.MAX_VALUE);
        } catch (IOException e) {
            troubled(e);
            throw noSegment();
        }
    }

    /**
     * Makes a piece of the next segment ready.
     *
     * @param usedOfActive bytes written to the active segment
     * @return whether there is more to do at once
     */
    boolean prepare(long usedBytes, long usedOfActive) {
        if (beside != null && beside.busy()) {
            return false;
        }
        awaitBeside();
        if (!waiting()) {
            leftovers.tryAgain();
        }
        if (spare.exists() && usedBytes + otherBytes() > segmentsBytes()) {
            spare.drop(); // the bound has been lowered
        }
        long ahead = 2 * usedOfActive - segmentBytes;
        boolean wanted = spare.exists() && !spare.ready() && !waiting() || wantsNewFile(usedBytes, usedOfActive);
        if (!wanted) {
            return false;
        }
        try {
            return fill(ahead);
        } catch (IOException e) {
            troubled(e);
            return false;
        }
    }

    /** A segment is free: its blocks become the spare's, or go back to the volume. */
    void giveBack(Segment freed, long usedBytes) {
        if (freed.fileBytes() != segmentBytes || spare.exists() || exhausted(usedBytes)) {
            leftovers.delete(freed.fileName(), freed.fileBytes());
            return;
        }
        try {
            spare.recycle(freed, ++highestNumber);
            fill(0);
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("segment", freed.fileName())
                    .setCause(e)
                    .log("a freed segment cannot be used again");
            if (!spare.exists()) {
                leftovers.delete(freed.fileName(), freed.fileBytes());
            }
        }
    }

    /** As {@link #giveBack}, where what takes the place of the segment's records is not known to be durable yet. */
    void giveBackLater(Segment freed) {
        leftovers.deleteLater(freed.fileName(), freed.fileBytes());
    }

    /** Gives up what a compaction has written. */
    void discard(Compaction compaction) {
        leftovers.delete(compaction.fileName(), compaction.fileBytes());
    }

    /** Makes the spare a segment; if it must be proven, its header is synced and read back before it counts. */
    Fresh next(long baseSequence, boolean proven) throws IOException {
        var header = new SegmentFormat.Header(
                spare.number(),
                baseSequence,
                salt(),
                spare.fileBytes(),
                time.now().toEpochMilli(),
                false);
        var segment = new Segment(names.of(spare.number()), header);
        Disk.File file = spare.take();
        try {
            file.write(SegmentFormat.encode(header), 0);
            file.write(SegmentFormat.encode(header), header.fileBytes() - SegmentFormat.HEADER_BYTES);
            if (proven) {
                file.sync(false);
                readBack(file, header);
            }
        } catch (IOException e) {
            discard(segment, file, e);
            troubled(e);
            failure = lastTrouble;
            throw e;
        }
        failure = null;
        lastTrouble = null;
        return new Fresh(segment, file);
    }

    void close() {
        SpareThread b = beside;
        if (b != null) {
            b.close();
            if (!b.ended()) {
                log.atError().log("the thread that prepares segments is stuck in the disk, leaving it behind");
                return;
            }
        }
        spare.close();
    }

    /** True if there is more to do at once; makes at least one more piece of the spare ready, or lets its thread do all. */
    private boolean fill(long atLeastBytes) throws IOException {
        beginIfNone();
        if (beside != null) {
            beside.fill(spare);
            return false;
        }
        return spare.fill(atLeastBytes);
    }

    private void awaitBeside() {
        if (beside == null) {
            return;
        }
        try {
            beside.await();
        } catch (IOException e) {
            troubled(e);
        }
    }

    private void beginIfNone() throws IOException {
        if (spare.exists()) {
            return;
        }
        if (disk.usableBytes() - segmentBytes < reserveBytes) {
            throw new IOException("the volume has only " + disk.usableBytes() + " bytes left, and " + reserveBytes
                    + " are kept in reserve");
        }
        spare.begin(++highestNumber, segmentBytes);
    }

    private boolean waiting() {
        return lastTrouble != null && time.nanos() - retryAtNanos < 0;
    }

    private LogFullException noSegment() {
        failure = lastTrouble;
        return new LogFullException("no new segment can be made: " + lastTrouble);
    }

    private void troubled(IOException e) {
        if (lastTrouble == null) {
            log.atWarn().setCause(e).log("no new segment can be made");
        }
        lastTrouble = String.valueOf(e.getMessage());
        retryAtNanos = time.nanos() + RETRY.toNanos();
        spare.drop();
    }

    private static void readBack(Disk.File file, SegmentFormat.Header header) throws IOException {
        var b = ByteBuffer.allocate(SegmentFormat.HEADER_BYTES);
        while (b.hasRemaining() && file.read(b, b.position()) > 0) {}
        if (!header.equals(SegmentFormat.header(b.clear()))) {
            throw new IOException("what was written to segment " + header.number() + " does not read back");
        }
    }

    private void discard(Segment segment, Disk.File file, IOException cause) {
        try {
            file.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        leftovers.delete(segment.fileName(), segment.fileBytes());
    }

    /** Differs for every life of every file, so that what it held before never counts. */
    private int salt() {
        return ByteBuffer.wrap(randomness.bytes(Integer.BYTES)).getInt();
    }
}
