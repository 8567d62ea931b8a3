package kant.store.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import kant.world.Disk;
import kant.world.Randomness;
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

    private static final byte[] NO_SUMMARY = {};

    private final Disk disk;
    private final LogConfig config;
    private final SegmentFiles files;
    private final SegmentEnd ends;
    private final ByteBuffer group;
    private final List<byte[]> strays;

    private volatile long nextSequence;
    private volatile @Nullable String failure;

    // The writer's own.
    private @Nullable Segment active;
    private Disk.@Nullable File file;
    private @Nullable Segment abandoned;
    private long groupNext;
    private int frameStart;

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

    private SegmentLog(Disk disk, Time time, Randomness randomness, LogConfig config, Recovery found) {
        this.disk = disk;
        this.config = config;
        files = new SegmentFiles(disk, config.name(), new SegmentSupply(disk, time, randomness, config), found);
        ends = new SegmentEnd(disk);
        group = ByteBuffer.allocateDirect((int) Math.min(GROUP_BYTES, config.segmentBytes()));
        strays = List.copyOf(found.strays);
        Segment last = files.last();
        nextSequence = last == null ? 1 : last.endSequence();
        groupNext = nextSequence;
    }

    /**
     * Opens the log and finds its end; creates it where there is none.
     *
     * @param durableBefore all before this sequence was durable once, as the owner knows; 1 if it knows nothing
     * @param visitor sees the records of segments without a summary
     */
    public static SegmentLog open(
            Disk disk, Time time, Randomness randomness, LogConfig config, long durableBefore, RecordVisitor visitor)
            throws IOException {
        disk.delete(Compaction.temporaryName(config.name()));
        var found = new Recovery(disk, new SegmentNames(config.name()), durableBefore, visitor);
        found.run();
        var opened = new SegmentLog(disk, time, randomness, config, found);
        opened.resume(found);
        return opened;
    }

    /** As {@link #open} does: refuses a log that a newer program has written, before anything is changed. */
    public static void refuseNewer(Disk disk, String name) throws IOException {
        Recovery.refuseNewer(disk, new SegmentNames(name));
    }

    /** Sees records while a log is opened. */
    @FunctionalInterface
    public interface RecordVisitor {
        /** @param payload valid during the call only */
        void record(Segment segment, long sequence, ByteBuffer payload);
    }

    /** From now on the next segment is made ready by a thread of its own, not between groups; ends when the log is closed. */
    public void prepareBeside() {
        files.prepareBeside();
    }

    // -- for any thread -------------------------------------------------------------------------------------------

    /** From the oldest to the active one; a snapshot. */
    public List<Segment> segments() {
        return files.all();
    }

    /** The first sequence that is kept. */
    public long firstSequence() {
        Segment first = files.first();
        return first == null ? nextSequence : first.baseSequence();
    }

    /** The sequence of the next durable record. */
    public long nextSequence() {
        return nextSequence;
    }

    /** Of all files. */
    public long bytes() {
        return files.bytes();
    }

    public long maxBytes() {
        return files.maxBytes();
    }

    /** Changes the bound and the size of segments to come; the log needs room for two of them and takes it. */
    public void limits(long newMaxBytes, long newSegmentBytes) {
        files.limits(newMaxBytes, newSegmentBytes);
    }

    /** Why nothing can be written because of the disk, null if it can. */
    public @Nullable String failure() {
        String writing = failure;
        return writing != null ? writing : files.failure();
    }

    /** Damaged places found so far. */
    public long damage() {
        return files.damage();
    }

    /** What a power cut has left of the last group behind a hole in it; the owner appends it again. */
    public List<byte[]> strays() {
        return strays;
    }

    ReentrantLock filesLock() {
        return files.lock();
    }

    /** A reader of its own for one thread at a time. */
    public LogScanner scanner() {
        return new LogScanner(this, disk);
    }

    // -- for the writer -------------------------------------------------------------------------------------------

    /** What a record of so many bytes needs. */
    public Room room(int payloadBytes) {
        int framed = SegmentFormat.framed(payloadBytes);
        if (framed > Math.min(group.capacity(), files.segmentBytes() - SegmentFormat.OVERHEAD_BYTES)) {
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
        if (config.whenFull() == WhenFull.DROP_OLDEST) {
            files.dropOldest();
        }
        files.requireNext();
        seal(summary);
        activateNext();
        closeAbandoned(summary);
    }

    /** Seals the active segment although there is no next one yet, so that it can be freed. */
    public void seal(byte[] summary) {
        Segment a = active;
        if (a == null) {
            return;
        }
        ends.write(a, requireFile(), summary);
        try {
            sync(); // or a power cut could take a whole segment of those that are not synced group by group
        } catch (IOException e) {
            log.atWarn().addKeyValue("segment", a.fileName()).setCause(e).log("a sealed segment could not be synced");
        }
        a.seal(summary);
        leaveActive();
    }

    /** Gives up a sealed segment; its blocks become the spare's if it has none. False if it must stay a while for the one before it. */
    public boolean free(Segment segment) {
        return files.free(segment);
    }

    /** Whether there are files that were to be deleted and are still there; it is tried again. */
    public boolean undeleted() {
        return files.undeleted();
    }

    /** The owner will compact when the log is full: room for that is kept from now on. */
    public void compacts() {
        files.compacts();
    }

    /**
     * Replaces neighbouring sealed segments by one with what is kept of them, if that is worth it and within the bound.
     *
     * @return what has taken the place of the first of them; null if all is as it was
     */
    public @Nullable Segment compact(List<Segment> sources, Keeper keeper) {
        return files.compact(sources, keeper);
    }

    /**
     * Whether {@link #prepare} is about to fill a new file with zeros. Freeing a segment before that spares it: the blocks of a
     * freed one need no filling, which costs as much as writing the segment does.
     */
    public boolean wantsFreed() {
        return files.wantsFreed(usedOfActive());
    }

    /** Makes the next segment ready now, for an owner that must be able to go on when the volume is full. */
    public void prepareWhole() {
        while (files.prepareNext(files.segmentBytes())) {}
    }

    /** Whether the next segment is ready: then going on needs no room on the volume. */
    public boolean nextReady() {
        return files.nextReady();
    }

    /** Does a piece of the next segment's preparation if it will be needed soon; true if there is more to do at once. */
    public boolean prepare() {
        return files.prepareNext(usedOfActive());
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
        leaveActive();
        files.close();
    }

    // -- steps ----------------------------------------------------------------------------------------------------

    private void resume(Recovery found) throws IOException {
        files.resume(found);
        Segment last = files.last();
        if (last != null && !last.sealed()) {
            Disk.File f = disk.open(last.fileName());
            file = f;
            active = last;
            SegmentEnd.writeBack(last, f);
        }
        for (Segment segment : files.all()) {
            if (!segment.endOnDisk()) {
                ends.writeDurably(segment, NO_SUMMARY);
            }
        }
        if (last != null && found.torn) {
            // Its end is not written down before what lies behind the hole has been appended again.
            last.endOnDisk(false);
            last.seal(null);
            leaveActive();
        }
        // Or a power cut could bring a segment back that was deleted, and what it began with would count again.
        disk.sync();
    }

    /** Where writing has failed before, the next segment must prove that it works. */
    private void activateNext() throws IOException {
        SegmentSupply.Fresh next = files.addNext(nextSequence, abandoned != null);
        active = next.segment();
        file = next.file();
        groupNext = nextSequence;
        failure = null;
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
        leaveActive();
    }

    private void closeAbandoned(byte[] summary) {
        Segment a = abandoned;
        abandoned = null;
        if (a != null && files.all().contains(a)) { // or its file has another name by now, or is gone
            ends.lookThrough(a);
            ends.writeDurably(a, summary);
        }
    }

    /** Without an active segment one is needed soon. */
    private long usedOfActive() {
        Segment a = active;
        return a == null ? files.segmentBytes() / 2 : a.end().offset();
    }

    private void leaveActive() {
        Disk.File f = file;
        file = null;
        active = null;
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
