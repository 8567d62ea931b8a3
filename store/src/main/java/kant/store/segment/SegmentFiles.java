package kant.store.segment;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import kant.world.Disk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a log: which segments there are, what all of them take, and how they come and go. The writer thread alone changes
 * anything; which there are is for any thread.
 */
final class SegmentFiles {
    private static final Logger log = LoggerFactory.getLogger(SegmentFiles.class);

    private final Disk disk;
    private final String logName;
    private final SegmentSupply supply;
    private final AtomicLong damageInFreed = new AtomicLong();

    /** Held while a segment's name gets another file or none, and while a reader opens one. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile Segment[] segments;
    private volatile long bytes;
    private long usedBytes;

    SegmentFiles(Disk disk, String logName, SegmentSupply supply, Recovery found) {
        this.disk = disk;
        this.logName = logName;
        this.supply = supply;
        damageInFreed.set(found.unreadable);
        segments = found.segments.toArray(Segment[]::new);
    }

    /** Goes on with what an earlier run has left beside the segments. */
    void resume(Recovery found) throws IOException {
        supply.found(found);
        count();
    }

    /** From now on the next segment is made ready by a thread of its own. */
    void prepareBeside() {
        supply.fillBeside(logName);
    }

    // -- for any thread -------------------------------------------------------------------------------------------

    ReentrantLock lock() {
        return lock;
    }

    /** From the oldest to the newest; a snapshot. */
    List<Segment> all() {
        return List.of(segments);
    }

    @Nullable
    Segment first() {
        Segment[] now = segments;
        return now.length == 0 ? null : now[0];
    }

    @Nullable
    Segment last() {
        Segment[] now = segments;
        return now.length == 0 ? null : now[now.length - 1];
    }

    /** Of all files, those that are no segments yet or any more included. */
    long bytes() {
        return bytes;
    }

    long maxBytes() {
        return supply.maxBytes();
    }

    long segmentBytes() {
        return supply.segmentBytes();
    }

    void limits(long newMaxBytes, long newSegmentBytes) {
        supply.limits(newMaxBytes, newSegmentBytes);
    }

    @Nullable
    String failure() {
        return supply.failure();
    }

    /** Damaged places found so far. */
    long damage() {
        return damageInFreed.get()
                + Arrays.stream(segments).mapToLong(Segment::damagedPlaces).sum();
    }

    // -- one more -------------------------------------------------------------------------------------------------

    /** Makes sure that there is a segment to be had by {@link #addNext}. */
    void requireNext() throws LogFullException {
        try {
            supply.require(usedBytes);
        } finally {
            count();
        }
    }

    /** @param proven its header is synced and read back before it counts */
    SegmentSupply.Fresh addNext(long baseSequence, boolean proven) throws IOException {
        try {
            SegmentSupply.Fresh next = supply.next(baseSequence, proven);
            segments = Stream.concat(Arrays.stream(segments), Stream.of(next.segment()))
                    .toArray(Segment[]::new);
            return next;
        } finally {
            count();
        }
    }

    /** See {@link SegmentLog#prepare}. */
    boolean prepareNext(long usedOfActive) {
        boolean more = supply.prepare(usedBytes, usedOfActive);
        bytes = usedBytes + supply.otherBytes();
        return more;
    }

    boolean nextReady() {
        return supply.ready();
    }

    /** See {@link SegmentLog#wantsFreed}. */
    boolean wantsFreed(long usedOfActive) {
        return supply.wantsNewFile(usedBytes, usedOfActive);
    }

    // -- fewer ----------------------------------------------------------------------------------------------------

    /** Gives up the oldest until there is room for one more. */
    void dropOldest() {
        boolean more = true;
        while (more && supply.exhausted(usedBytes)) {
            more = segments.length > 0 && segments[0].sealed() && free(segments[0]);
        }
    }

    /** See {@link SegmentLog#free}. */
    boolean free(Segment segment) {
        if (!segment.sealed()) {
            throw new IllegalArgumentException(segment + " is not sealed");
        }
        int at = all().indexOf(segment);
        if (at > 0 && !segments[at - 1].endOnDisk()) {
            return false;
        }
        damageInFreed.addAndGet(segment.damagedPlaces());
        lock.lock();
        try {
            segments = Arrays.stream(segments).filter(s -> s != segment).toArray(Segment[]::new);
            count();
            supply.giveBack(segment, usedBytes);
        } finally {
            lock.unlock();
        }
        count();
        return true;
    }

    boolean undeleted() {
        return supply.undeleted();
    }

    void compacts() {
        supply.compacts();
    }

    /** See {@link SegmentLog#compact}. */
    @Nullable
    Segment compact(List<Segment> sources, Keeper keeper) {
        if (!sources.stream().allMatch(s -> s.sealed() && s.endOnDisk())) {
            return null;
        }
        var compaction = new Compaction(disk, logName);
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

    void close() {
        supply.close();
    }

    /** The others go when the new file's name is durable: a power cut could bring the first one back, and not them. */
    private void replace(List<Segment> sources, Segment compacted, Compaction compaction) throws IOException {
        lock.lock();
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
            lock.unlock();
        }
        supply.madeRoom();
        count();
    }

    private void count() {
        usedBytes = Arrays.stream(segments).mapToLong(Segment::fileBytes).sum();
        bytes = usedBytes + supply.otherBytes();
    }
}
