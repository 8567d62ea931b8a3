package kant.store;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kant.store.segment.Durability;
import kant.store.segment.Segment;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the cursors on disk and gives segments back. On the writer thread.
 *
 * <p>A segment is free when a checkpoint that was synced says that all in it is settled: had it been freed on the word of a
 * later one, a power cut could leave messages pending that are gone.
 */
final class Checkpointer {
    private static final Logger log = LoggerFactory.getLogger(Checkpointer.class);

    /** Between two writes; a killed process repeats the deliveries of this time at most. */
    private static final long WRITE_NANOS = Duration.ofMillis(5).toNanos();

    private static final long RETRY_NANOS = Duration.ofMillis(250).toNanos();

    private final StoreState state;
    private final CursorFiles files;
    private final Time time;
    private final long syncNanos;

    private Checkpoint written;
    private boolean unsynced;
    private long writtenAtNanos;
    private long syncedAtNanos;
    private Map<Integer, SavedCursor> durable = new HashMap<>();
    private volatile @Nullable String failure;

    Checkpointer(StoreState state, CursorFiles files, Time time, Checkpoint recovered) {
        this.state = state;
        this.files = files;
        this.time = time;
        syncNanos = state.config().checkpointInterval().toNanos();
        written = recovered;
        writtenAtNanos = time.nanos() - WRITE_NANOS;
        syncedAtNanos = time.nanos() - syncNanos;
        remember();
        free();
    }

    /** Why the cursors cannot be kept, null if they can. */
    @Nullable
    String failure() {
        return failure;
    }

    /** Writes, syncs and frees what is due; returns how long nothing more will be. */
    long runDue(int nextCursorId) {
        long now = time.nanos();
        long wait = Long.MAX_VALUE;
        if (state.dirty()) {
            long left = WRITE_NANOS - (now - writtenAtNanos);
            if (left <= 0) {
                write(nextCursorId);
            } else {
                wait = left;
            }
        }
        if (unsynced) {
            long left = syncNanos - (now - syncedAtNanos);
            if (left <= 0) {
                sync();
            } else {
                wait = Math.min(wait, left);
            }
        }
        return state.dirty() ? Math.min(wait, WRITE_NANOS) : wait; // it may have become so meanwhile
    }

    /** Writes, syncs and frees what there is, due or not. */
    void runNow(int nextCursorId) {
        if (state.dirty()) {
            write(nextCursorId);
        }
        if (unsynced) {
            sync();
        }
        free();
    }

    /** Whether all that a summary lists is settled, as a synced checkpoint says. */
    boolean settled(SegmentSummary summary) {
        for (SegmentSummary.Span span : summary.spans()) {
            SavedCursor saved = durable.get(span.cursorId());
            if (saved == null || !saved.settled(span.first(), span.last())) {
                return false;
            }
        }
        return true;
    }

    /** A cursor as the last synced checkpoint has it; null if that has none of this id. */
    @Nullable
    SavedCursor durable(int cursorId) {
        return durable.get(cursorId);
    }

    private void write(int nextCursorId) {
        writtenAtNanos = time.nanos();
        state.clean();
        Checkpoint checkpoint = take(nextCursorId);
        try {
            files.write(checkpoint);
            written = checkpoint;
            unsynced = true;
            failure = null;
        } catch (IOException e) {
            failed(e);
        }
    }

    private Checkpoint take(int nextCursorId) {
        List<SavedCursor> cursors = new ArrayList<>();
        for (Endpoint endpoint : state.endpoints().values()) {
            endpoint.forEachLocked(c -> cursors.add(SavedCursor.of(c)));
        }
        return new Checkpoint(state.clock().now(), state.log().nextSequence(), nextCursorId, cursors);
    }

    private void sync() {
        syncedAtNanos = time.nanos();
        try {
            if (state.config().durability() == Durability.OS) {
                state.log().sync();
            }
            files.sync();
            unsynced = false;
            remember();
            free();
        } catch (IOException e) {
            failed(e);
        }
    }

    /** After a failed sync nobody knows what is in the file: the next checkpoint goes to another one. */
    private void failed(IOException e) {
        if (failure == null) {
            log.atError().setCause(e).log("the cursors cannot be kept on disk; a restart would repeat deliveries");
        }
        failure = String.valueOf(e.getMessage());
        unsynced = false;
        writtenAtNanos = time.nanos() + RETRY_NANOS;
        state.changed();
    }

    private void remember() {
        var byId = new HashMap<Integer, SavedCursor>();
        written.cursors().forEach(c -> byId.put(c.id(), c));
        durable = byId;
    }

    /** Gives back every sealed segment that holds nothing unsettled. */
    void free() {
        for (Segment segment : state.log().segments()) {
            SegmentSummary summary = state.summaries().get(segment.number());
            if (segment.sealed()
                    && summary != null
                    && settled(summary)
                    && state.log().free(segment)) {
                state.summaries().remove(segment.number());
            }
        }
    }
}
