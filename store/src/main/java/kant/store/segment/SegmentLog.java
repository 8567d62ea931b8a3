package kant.store.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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
    private final SegmentSupply supply;
    private final SegmentEnd ends;
    private final ByteBuffer group;
    private final List<byte[]> strays;
    private final AtomicLong damageInFreed = new AtomicLong();

    /** Held while a segment's name gets another file or none, and while a reader opens one. */
    private final ReentrantLock filesLock = new ReentrantLock();

    private volatile Segment[] segments;
    private volatile long nextSequence;
    private volatile long bytes;
    private volatile @Nullable String failure;

    // The writer's own.
    private @Nullable Segment active;
    private Disk.@Nullable File file;
    private @Nullable Segment abandoned;
    private long usedBytes;
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
        supply = new SegmentSupply(disk, time, randomness, config);
        ends = new SegmentEnd(disk);
        group = ByteBuffer.allocateDirect((int) Math.min(GROUP_BYTES, config.segmentBytes()));
        strays = List.copyOf(found.strays);
        damageInFreed.set(found.unreadable);
        segments = found.segments.toArray(Segment[]::new);
        nextSequence = segments.length == 0 ? 1 : segments[segments.length - 1].endSequence();
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
        supply.fillBeside(config.name());
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
        return supply.maxBytes();
    }

    /** Changes the bound and the size of segments to come; the log needs room for two of them and takes it. */
    public void limits(long newMaxBytes, long newSegmentBytes) {
        supply.limits(newMaxBytes, newSegmentBytes);
    }

    /** Why nothing can be written because of the disk, null if it can. */
    public @Nullable String failure() {
        String writing = failure;
        return writing != null ? writing : supply.failure();
    }

    /** Damaged places found so far. */
    public long damage() {
        return damageInFreed.get()
                + Arrays.stream(segments).mapToLong(Segment::damagedPlaces).sum();
    }

    /** What a power cut has left of the last group behind a hole in it; the owner appends it again. */
    public List<byte[]> strays() {
        return strays;
    }

    ReentrantLock filesLock() {
        return filesLock;
    }

    /** A reader of its own for one thread at a time. */
    public LogScanner scanner() {
        return new LogScanner(this, disk);
    }

    // -- for the writer -------------------------------------------------------------------------------------------

    /** What a record of so many bytes needs. */
    public Room room(int payloadBytes) {
        int framed = SegmentFormat.framed(payloadBytes);
        if (framed > Math.min(group.capacity(), supply.segmentBytes() - SegmentFormat.OVERHEAD_BYTES)) {
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
        dropOldestIfAllowed();
        try {
            supply.require(usedBytes);
        } finally {
            count();
        }
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
        if (!segment.sealed()) {
            throw new IllegalArgumentException(segment + " is not sealed");
        }
        int at = List.of(segments).indexOf(segment);
        if (at > 0 && !segments[at - 1].endOnDisk()) {
            return false;
        }
        damageInFreed.addAndGet(segment.damagedPlaces());
        filesLock.lock();
        try {
            segments = Arrays.stream(segments).filter(s -> s != segment).toArray(Segment[]::new);
            count();
            supply.giveBack(segment, usedBytes);
        } finally {
            filesLock.unlock();
        }
        count();
        return true;
    }

    /** The owner will compact when the log is full: room for that is kept from now on. */
    public void compacts() {
        supply.compacts();
    }

    /**
     * Replaces neighbouring sealed segments by one with what is kept of them, if that is worth it and within the bound.
     *
     * @return what has taken the place of the first of them; null if all is as it was
     */
    public @Nullable Segment compact(List<Segment> sources, Keeper keeper) {
        if (!sources.stream().allMatch(s -> s.sealed() && s.endOnDisk())) {
            return null;
        }
        var compaction = new Compaction(disk, config.name());
        try {
            Segment compacted = supply.compact(compaction, sources, keeper, usedBytes);
            if (compacted != null) {
                replace(sources, compacted, compaction);
                return compacted;
            }
        } catch (IOException e) {
            log.atWarn().addKeyValue("segment", sources.getFirst()).setCause(e).log("segments could not be compacted");
        }
        supply.discard(compaction);
        return null;
    }

    /** The others go when the new file's name is durable: a power cut could bring the first one back, and not them. */
    private void replace(List<Segment> sources, Segment compacted, Compaction compaction) throws IOException {
        filesLock.lock();
        try {
            boolean durable = compaction.moveTo(compacted);
            sources.forEach(source -> damageInFreed.addAndGet(source.damagedPlaces()));
            segments = Arrays.stream(segments)
                    .map(s -> s == sources.getFirst() ? compacted : s)
                    .filter(s -> !sources.contains(s))
                    .toArray(Segment[]::new);
            count();
            for (Segment source : sources.subList(1, sources.size())) {
                if (durable) {
                    supply.giveBack(source, usedBytes);
                } else {
                    supply.giveBackLater(source);
                }
            }
        } finally {
            filesLock.unlock();
        }
        supply.madeRoom();
        count();
    }

    /**
     * Whether {@link #prepare} is about to fill a new file with zeros. Freeing a segment before that spares it: the blocks of a
     * freed one need no filling, which costs as much as writing the segment does.
     */
    public boolean wantsFreed() {
        return supply.wantsNewFile(usedBytes, usedOfActive());
    }

    /** Makes the next segment ready now, for an owner that must be able to go on when the volume is full. */
    public void prepareWhole() {
        boolean more;
        do {
            more = supply.prepare(usedBytes, supply.segmentBytes());
            bytes = usedBytes + supply.otherBytes();
        } while (more);
    }

    /** Whether the next segment is ready: then going on needs no room on the volume. */
    public boolean nextReady() {
        return supply.ready();
    }

    /** Does a piece of the next segment's preparation if it will be needed soon; true if there is more to do at once. */
    public boolean prepare() {
        boolean more = supply.prepare(usedBytes, usedOfActive());
        bytes = usedBytes + supply.otherBytes();
        return more;
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
        supply.close();
    }

    // -- steps ----------------------------------------------------------------------------------------------------

    private void resume(Recovery found) throws IOException {
        supply.found(found);
        Segment last = segments.length == 0 ? null : segments[segments.length - 1];
        if (last != null && !last.sealed()) {
            Disk.File f = disk.open(last.fileName());
            file = f;
            active = last;
            SegmentEnd.writeBack(last, f);
        }
        for (Segment segment : segments) {
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
        disk.sync(); // or a power cut could bring a segment back that was deleted, and what it began with would
        // count again
        count();
    }

    private void dropOldestIfAllowed() {
        boolean more = config.whenFull() == WhenFull.DROP_OLDEST;
        while (more && supply.exhausted(usedBytes)) {
            more = segments.length > 0 && segments[0].sealed() && free(segments[0]);
        }
    }

    /** Where writing has failed before, the next segment must prove that it works. */
    private void activateNext() throws IOException {
        try {
            SegmentSupply.Fresh next = supply.next(nextSequence, abandoned != null);
            active = next.segment();
            file = next.file();
            groupNext = nextSequence;
            segments = append(segments, next.segment());
            failure = null;
        } finally {
            count();
        }
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
        if (a != null && List.of(segments).contains(a)) { // or its file has another name by now, or is gone
            ends.lookThrough(a);
            ends.writeDurably(a, summary);
        }
    }

    /** Without an active segment one is needed soon. */
    private long usedOfActive() {
        Segment a = active;
        return a == null ? supply.segmentBytes() / 2 : a.end().offset();
    }

    private void count() {
        long sum = 0;
        for (Segment s : segments) {
            sum += s.fileBytes();
        }
        usedBytes = sum;
        bytes = sum + supply.otherBytes();
    }

    private static Segment[] append(Segment[] all, Segment next) {
        var list = new ArrayList<>(List.of(all));
        list.add(next);
        return list.toArray(Segment[]::new);
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
