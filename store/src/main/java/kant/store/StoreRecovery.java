package kant.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kant.model.message.Message;
import kant.model.message.Target;
import kant.store.segment.Segment;
import kant.store.segment.SegmentLog;
import kant.world.Disk;
import kant.world.Randomness;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the last checkpoint and the log together when a store is opened. The log says what was accepted, the checkpoint what
 * was settled; what was settled after it waits again. Without a checkpoint all that is in the log waits again and the books
 * begin anew.
 */
final class StoreRecovery {
    private static final Logger logger = LoggerFactory.getLogger(StoreRecovery.class);
    private static final int MAX_UNKNOWN = 1000;

    private final Map<Integer, Name> names = new HashMap<>();
    private final Map<Long, SegmentSummary> scanned = new HashMap<>();
    private final Map<Integer, Reach> reaches = new HashMap<>();
    private final Set<Integer> unknown = new HashSet<>();

    private record Name(String endpoint, CursorKey key) {}

    /** What the log holds of one cursor. */
    private record Reach(long first, long last, long firstSequence) {}

    /**
     * What the writer goes on with.
     *
     * @param strays to be accepted again before anything else
     * @param activeNumber of the segment that {@code activeSummary} is about; 0 if there is none
     */
    record Opened(
            StoreState state,
            int nextCursorId,
            long activeNumber,
            SegmentSummary activeSummary,
            Checkpoint checkpoint,
            List<Stray> strays) {}

    /** A message that a power cut has left behind a hole in the last group; it is accepted again. */
    record Stray(Message message, List<Target> targets) {}

    private StoreRecovery() {}

    static Opened open(StoreConfig config, Disk disk, Time time, Randomness randomness, CursorFiles files)
            throws IOException {
        return new StoreRecovery().run(config, disk, time, randomness, files);
    }

    private Opened run(StoreConfig config, Disk disk, Time time, Randomness randomness, CursorFiles files)
            throws IOException {
        Checkpoint found = files.newest();
        Checkpoint checkpoint = found == null ? Checkpoint.NONE : found;
        checkpoint.cursors().forEach(c -> names.put(c.id(), new Name(c.endpoint(), c.key())));
        SegmentLog log = SegmentLog.open(disk, time, randomness, config.log(), checkpoint.nextSequence(), this::visit);
        var state = new StoreState(config, new StoreClock(time, checkpoint.taken()), log);
        if (found == null && !log.segments().isEmpty()) {
            logger.atError()
                    .addKeyValue("damaged", files.damaged())
                    .log(
                            "no checkpoint to go with the log: all that is in it is delivered again, and the books begin anew");
        }
        log.segments().forEach(segment -> learn(segment, state));
        restore(checkpoint, state);
        // The segment that is written to goes on with its summary; only those of sealed ones are in the state.
        var last = log.segments().isEmpty() ? null : log.segments().getLast();
        long activeNumber = last == null || last.sealed() ? 0 : last.number();
        SegmentSummary active = state.summaries().remove(activeNumber);
        SegmentSummary activeSummary = active == null ? new SegmentSummary() : active;
        log.skipTo(checkpoint.nextSequence(), activeSummary.encode());
        List<Stray> strays = strays(state);
        return new Opened(state, nextCursorId(checkpoint), activeNumber, activeSummary, checkpoint, strays);
    }

    /** A record of a segment that has no summary of its own. */
    private void visit(Segment segment, long sequence, ByteBuffer payload) {
        SegmentSummary summary = scanned.computeIfAbsent(segment.number(), _ -> new SegmentSummary());
        MessageRecord.visit(payload, new MessageRecord.TargetVisitor() {
            @Override
            public void introduced(int cursorId, String endpoint, CursorKey key) {
                names.putIfAbsent(cursorId, new Name(endpoint, key));
            }

            @Override
            public void target(int cursorId, long ordinal, long ttlMillis) {
                Name name = names.get(cursorId);
                if (name != null) {
                    summary.add(cursorId, name.endpoint, name.key, ordinal, ordinal);
                } else if (unknown.size() < MAX_UNKNOWN && unknown.add(cursorId)) {
                    logger.atError()
                            .addKeyValue("segment", segment)
                            .addKeyValue("cursor", cursorId)
                            .log("messages whose endpoint's name is damaged, they cannot be delivered");
                }
            }
        });
    }

    private void learn(Segment segment, StoreState state) {
        byte[] written = segment.summary();
        SegmentSummary summary = written == null || written.length == 0
                ? scanned.getOrDefault(segment.number(), new SegmentSummary())
                : SegmentSummary.decode(written);
        state.summaries().put(segment.number(), summary);
        for (SegmentSummary.Span span : summary.spans()) {
            names.putIfAbsent(span.cursorId(), new Name(span.endpoint(), span.key()));
            reaches.merge(
                    span.cursorId(),
                    new Reach(span.first(), span.last(), segment.baseSequence()),
                    (a, b) -> new Reach(Math.min(a.first, b.first), Math.max(a.last, b.last), a.firstSequence));
        }
    }

    private void restore(Checkpoint checkpoint, StoreState state) {
        for (SavedCursor saved : checkpoint.cursors()) {
            Reach reach = reaches.remove(saved.id());
            PriorityCursor cursor = saved.restore(reach == null ? 0 : reach.last, checkpoint.nextSequence());
            state.endpoint(saved.endpoint()).add(cursor);
        }
        reaches.forEach((id, reach) -> {
            Name name = names.get(id);
            if (name != null) {
                state.endpoint(name.endpoint).add(fromLog(id, name, reach));
            }
        });
    }

    private static PriorityCursor fromLog(int id, Name name, Reach reach) {
        var cursor = new PriorityCursor(id, name.endpoint, name.key);
        cursor.lastOrdinal = reach.last;
        cursor.tailOrdinal = reach.last;
        cursor.waitInLog(reach.first, reach.last, reach.firstSequence);
        cursor.accepted = reach.last - reach.first + 1;
        return cursor;
    }

    private List<Stray> strays(StoreState state) {
        var strays = new ArrayList<Stray>();
        for (byte[] bytes : state.log().strays()) {
            ByteBuffer b = ByteBuffer.wrap(bytes);
            var record = new MessageRecord();
            record.isFor(0, b);
            long age = state.clock().millis() - record.enqueuedMillis();
            List<Target> targets = strayTargets(b, age);
            if (!targets.isEmpty()) {
                strays.add(new Stray(record.decode(b), targets));
            }
        }
        return strays;
    }

    private List<Target> strayTargets(ByteBuffer record, long ageMillis) {
        var targets = new ArrayList<Target>();
        MessageRecord.visit(record, new MessageRecord.TargetVisitor() {
            @Override
            public void introduced(int cursorId, String endpoint, CursorKey key) {
                names.putIfAbsent(cursorId, new Name(endpoint, key));
            }

            @Override
            public void target(int cursorId, long ordinal, long ttlMillis) {
                Name name = names.get(cursorId);
                if (name != null) {
                    long left = ttlMillis < 0 ? Target.FOREVER : Math.max(0, ttlMillis - ageMillis);
                    targets.add(new Target(name.endpoint, name.key.priority(), left, name.key.policy()));
                }
            }
        });
        return targets;
    }

    private int nextCursorId(Checkpoint checkpoint) {
        int next = checkpoint.nextCursorId();
        for (int id : names.keySet()) {
            next = Math.max(next, id + 1);
        }
        for (int id : unknown) {
            next = Math.max(next, id + 1);
        }
        return next;
    }
}
