package kant.store.segment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.world.Disk;
import kant.world.PlatformThread;
import kant.world.Randomness;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded, crash-safe log of opaque records, for any thread. One platform thread writes all that has come in since its last
 * sync as one group, syncs, and only then completes the stages of the group: no timer stands between.
 */
public final class RecordLog implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(RecordLog.class);

    /** Records that may wait for the writer; more is refused until it has caught up. */
    private static final long QUEUE_BYTES = 8L << 20;

    /** While the next segment is being prepared, or may be tried again. */
    private static final long IDLE_NANOS = 250_000_000L;

    private static final byte[] NO_SUMMARY = {};

    private final SegmentLog log;
    private final AutoCloseable claim;
    private final Handoff handoff = new Handoff(QUEUE_BYTES);
    private final List<Append> group = new ArrayList<>();
    private @Nullable Request<?> turn;
    private @Nullable PlatformThread writer;

    private RecordLog(SegmentLog log, AutoCloseable claim) {
        this.log = log;
        this.claim = claim;
    }

    /** Opens or creates the log, finds its end, and starts the writer. Its files are this process's alone. */
    public static RecordLog open(Disk disk, Time time, LogConfig config) throws IOException {
        RecordLog opened = openStepped(disk, time, Randomness.secure(), config);
        opened.writer = PlatformThread.start("log-" + config.name(), opened::step);
        return opened;
    }

    /** Without the thread, for simulations: the caller makes its turns by {@link #step}. */
    public static RecordLog openStepped(Disk disk, Time time, Randomness randomness, LogConfig config)
            throws IOException {
        AutoCloseable claim = disk.claim(config.name());
        try {
            SegmentLog log = SegmentLog.open(disk, time, randomness, config, 1, (_, _, _) -> {});
            var opened = new RecordLog(log, claim);
            log.strays().forEach(opened::append);
            opened.step();
            return opened;
        } catch (IOException | RuntimeException e) {
            closeQuietly(claim);
            throw e;
        }
    }

    /**
     * Appends one record.
     *
     * @param record not copied; must not change until the stage is done
     * @return completes on the writer thread with the record's sequence when it is as durable as configured; otherwise with a
     *     {@link RefusedException}: {@link Refusal.StoreFull}, {@link Refusal.TooLarge}, or {@link Refusal.Unavailable} when
     *     the disk fails or the writer cannot keep up
     */
    public CompletionStage<Long> append(byte[] record) {
        var append = new Append(record);
        switch (handoff.put(append)) {
            case QUEUED -> {}
            case QUEUED_FIRST -> wake();
            case TOO_MUCH -> refuse(append, new Refusal.Unavailable("the log's writer cannot keep up; try again"));
            case CLOSED -> refuse(append, new Refusal.Unavailable("the log is closed"));
        }
        return append;
    }

    /** Records from a sequence on, or from the oldest one kept; at least one if there is one. Reads the disk. */
    public List<LogRecord> read(long fromSequence, int maxBytes) throws IOException {
        var records = new ArrayList<LogRecord>();
        long left = maxBytes;
        try (LogScanner scanner = log.scanner()) {
            scanner.seek(Math.max(1, fromSequence));
            while (scanner.next(_ -> false)) {
                var bytes = new byte[scanner.payload().remaining()];
                left -= bytes.length;
                if (left < 0 && !records.isEmpty()) {
                    break;
                }
                scanner.payload().get(bytes);
                records.add(new LogRecord(scanner.sequence(), bytes));
            }
        }
        return records;
    }

    /** The oldest sequence kept; {@link #nextSequence} if there is none. */
    public long firstSequence() {
        return log.firstSequence();
    }

    /** The number that the next record will get. */
    public long nextSequence() {
        return log.nextSequence();
    }

    /** Gives back segments that hold only records before this sequence; done by the writer in its next turn. */
    public void trim(long beforeSequence) {
        if (handoff.put(new Trim(beforeSequence)) == Handoff.Put.QUEUED_FIRST) {
            wake();
        }
    }

    /** Of all files. */
    public long bytes() {
        return log.bytes();
    }

    /** Damaged places met since the log was opened. */
    public long damage() {
        return log.damage();
    }

    /** Completes what has been handed over, then ends the writer. */
    @Override
    public void close() {
        PlatformThread thread = writer;
        if (thread != null) {
            thread.close();
            if (!thread.ended()) {
                logger.atError().log("the log's writer is stuck in the disk, leaving it behind");
                return;
            }
        }
        step();
        stop("the log is closed");
        log.close();
        closeQuietly(claim);
    }

    /** One turn of the writer; returns how long it may wait for the next, in nanoseconds. */
    public long step() {
        try {
            turn = handoff.takeAll();
            for (Request<?> r = turn; r != null; r = r.next()) {
                switch (r) {
                    case Append append -> add(append);
                    case Trim trim -> trimNow(trim);
                    default -> throw new AssertionError("not a request of this log: " + r);
                }
            }
            commit();
            turn = null;
            return log.prepare() ? 0 : IDLE_NANOS;
        } catch (RuntimeException | Error bug) {
            logger.atError().setCause(bug).log("the log's writer has failed, nothing is accepted any more");
            stop("the log has failed: " + bug);
            return Long.MAX_VALUE;
        }
    }

    /** Nothing is acknowledged from here on; who still waits is told. */
    private void stop(String reason) {
        handoff.close();
        group.clear();
        refuseAll(turn, reason);
        refuseAll(handoff.takeAll(), reason);
        turn = null;
    }

    private static void refuseAll(@Nullable Request<?> oldest, String reason) {
        for (Request<?> r = oldest; r != null; r = r.next()) {
            r.completeExceptionally(new RefusedException(new Refusal.Unavailable(reason)));
        }
    }

    private void add(Append append) {
        int size = append.record.length;
        try {
            while (true) {
                switch (log.room(size)) {
                    case ENOUGH -> {
                        log.begin().put(append.record);
                        append.sequence = log.end();
                        group.add(append);
                        return;
                    }
                    case COMMIT_FIRST -> commit();
                    case ROLL_FIRST -> {
                        commit();
                        log.roll(NO_SUMMARY);
                    }
                    case NEVER -> {
                        refuse(append, new Refusal.TooLarge("a record of " + size + " bytes fits in no segment"));
                        return;
                    }
                }
            }
        } catch (LogFullException e) {
            refuse(append, new Refusal.StoreFull("log is full: " + e.getMessage()));
        } catch (IOException e) {
            refuse(append, new Refusal.Unavailable("log cannot be written: " + e.getMessage()));
        }
    }

    private void commit() {
        try {
            log.commit();
            group.forEach(a -> a.complete(a.sequence));
        } catch (IOException e) {
            group.forEach(a -> refuse(a, new Refusal.Unavailable("log cannot be written: " + e.getMessage())));
        }
        group.clear();
    }

    private void trimNow(Trim trim) {
        for (Segment s : log.segments()) {
            boolean kept = !s.sealed() || s.endSequence() > trim.beforeSequence || !log.free(s);
            if (kept) {
                break;
            }
        }
        trim.complete(null);
    }

    private void wake() {
        PlatformThread thread = writer;
        if (thread != null) {
            thread.wake();
        }
    }

    private static void refuse(Append append, Refusal refusal) {
        append.completeExceptionally(new RefusedException(refusal));
    }

    private static void closeQuietly(AutoCloseable claim) {
        try {
            claim.close();
        } catch (Exception e) {
            logger.atWarn().setCause(e).log("releasing the log's directory failed");
        }
    }

    private static final class Append extends Request<Long> {
        final byte[] record;
        long sequence;

        Append(byte[] record) {
            this.record = record;
        }

        @Override
        public int weight() {
            return record.length;
        }
    }

    private static final class Trim extends Request<Void> {
        final long beforeSequence;

        Trim(long beforeSequence) {
            this.beforeSequence = beforeSequence;
        }

        @Override
        public int weight() {
            return 0;
        }
    }
}
