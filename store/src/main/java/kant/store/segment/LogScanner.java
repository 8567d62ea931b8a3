package kant.store.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Predicate;
import kant.world.Disk;
import org.jspecify.annotations.Nullable;

/** Reads a log's durable records in order from a sequence on, over all segments, in bounded memory. For one thread at a time. */
public final class LogScanner implements AutoCloseable {
    private final SegmentLog log;
    private final Disk disk;

    private long position = 1;
    private @Nullable SegmentReader reader;
    private boolean repeat;

    LogScanner(SegmentLog log, Disk disk) {
        this.log = log;
        this.disk = disk;
    }

    /** The next record is the first one that has this sequence or a later one. */
    public void seek(long sequence) {
        if (sequence == position()) {
            return;
        }
        boolean onTheWay = !repeat && reader != null && reader.leadsTo(sequence);
        if (!onTheWay) {
            close();
        }
        position = sequence;
    }

    /** Goes to the next record; false if there is none yet. Sealed segments that the predicate holds for are passed over. */
    public boolean next(Predicate<Segment> skip) throws IOException {
        if (repeat) {
            repeat = false;
            return true;
        }
        while (true) {
            SegmentReader r = reader != null ? reader : openNext(skip);
            if (r == null) {
                return false;
            }
            boolean complete = r.segment().sealed(); // asked first: then the end that follows is the last
            while (r.next(r.segment().end())) {
                if (r.sequence() >= position) {
                    position = r.sequence() + 1;
                    return true;
                }
            }
            if (!complete) {
                return false;
            }
            leave(r);
        }
    }

    /** The next call of {@link #next} comes to this record again. */
    public void again() {
        repeat = true;
    }

    /** Of the record at hand. */
    public long sequence() {
        return reader().sequence();
    }

    /** Of the record at hand; valid until the next call of {@link #next}. */
    public ByteBuffer payload() {
        return reader().payload();
    }

    /** Everything before it has been passed. */
    public long position() {
        return repeat ? sequence() : position;
    }

    @Override
    public void close() {
        SegmentReader r = reader;
        reader = null;
        repeat = false;
        if (r != null) {
            r.close();
        }
    }

    /** Under a lock, or the file might get another content between the choice and the opening. */
    private @Nullable SegmentReader openNext(Predicate<Segment> skip) throws IOException {
        log.filesLock().lock();
        try {
            return chooseNext(skip);
        } finally {
            log.filesLock().unlock();
        }
    }

    private @Nullable SegmentReader chooseNext(Predicate<Segment> skip) throws IOException {
        for (Segment s : log.segments()) {
            boolean complete = s.sealed(); // asked first, as above
            if (s.endSequence() <= position) {
                if (complete) {
                    continue;
                }
                return null;
            }
            // A file that is not there was freed meanwhile or taken away: the numbers tell that its records are
            // missing.
            if (complete && skip.test(s) || !disk.exists(s.fileName())) {
                position = s.endSequence();
                continue;
            }
            position = Math.max(position, s.baseSequence());
            reader = new SegmentReader(disk, s, s.placeBefore(position));
            return reader;
        }
        return null;
    }

    private void leave(SegmentReader r) {
        position = Math.max(position, r.segment().endSequence());
        close();
    }

    private SegmentReader reader() {
        SegmentReader r = reader;
        if (r == null) {
            throw new IllegalStateException("no record at hand");
        }
        return r;
    }
}
