package kant.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Message;
import kant.model.message.Policy;
import kant.model.message.Target;
import kant.store.segment.Handoff;
import kant.store.segment.LogFullException;
import kant.store.segment.Request;
import kant.store.segment.SegmentLog;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer. A turn takes all that has come in, writes it as one group (or a few, where it does not fit), syncs, makes it
 * readable, acknowledges it, and then looks after checkpoints, freed segments and the next segment.
 */
final class StoreWriter {
    private static final Logger logger = LoggerFactory.getLogger(StoreWriter.class);

    private static final long TICK_NANOS = Duration.ofSeconds(1).toNanos();

    /** Cursors that a store keeps books for: endpoints times priorities. */
    private static final int MAX_CURSORS = 4096;

    /** For one message: each looks through a segment, and the others wait. */
    private static final int MAX_EVICTIONS = 16;

    private final StoreState state;
    private final SegmentLog log;
    private final Handoff handoff;
    private final Checkpointer checkpointer;
    private final Evictor evictor;
    private final Time time;

    private int nextCursorId;
    private long activeNumber;
    private long freedFor;
    private SegmentSummary activeSummary;
    private long tickAtNanos;

    // -- this turn
    private @Nullable Request<?> turn;
    private long turnMillis;
    private boolean madeRoom;

    // -- this group
    private final List<Append> group = new ArrayList<>();
    private final List<PriorityCursor> touched = new ArrayList<>();
    private final Set<Endpoint> available = new LinkedHashSet<>();
    private final List<MessageRecord.To> targets = new ArrayList<>();

    StoreWriter(StoreRecovery.Opened opened, Handoff handoff, Checkpointer checkpointer, Time time) {
        state = opened.state();
        log = state.log();
        this.handoff = handoff;
        this.checkpointer = checkpointer;
        evictor = new Evictor(state, checkpointer);
        this.time = time;
        nextCursorId = opened.nextCursorId();
        activeNumber = opened.activeNumber();
        activeSummary = opened.activeSummary();
        tickAtNanos = time.nanos() + TICK_NANOS;
        state.endpoints().values().forEach(endpoint -> endpoint.forEachLocked(c -> keepRoomIfItDrops(c.key())));
    }

    /** A message to be accepted for all its targets. */
    static final class Append extends Request<Void> {
        final Message message;
        final List<Target> targets;
        final int bound;

        Append(Message message, List<Target> targets) {
            this.message = message;
            this.targets = targets;
            bound = MessageRecord.bound(message, targets);
        }

        @Override
        public int weight() {
            return bound;
        }
    }

    /** An endpoint that has no routes any more; in order with the appends before it. */
    static final class Remove extends Request<Void> {
        final String endpoint;

        Remove(String endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public int weight() {
            return 0;
        }
    }

    /** One turn; returns how long the next one may wait if nothing comes in, in nanoseconds. */
    long step() {
        try {
            takeTurn();
            tickIfDue();
            long wait = Math.min(checkpointer.runDue(nextCursorId), tickAtNanos - time.nanos());
            freeForReuse();
            return log.prepare() ? 0 : Math.max(0, wait);
        } catch (RuntimeException | Error bug) {
            logger.atError().setCause(bug).log("the store's writer has failed, nothing is accepted any more");
            stop("the store has failed: " + bug);
            return Long.MAX_VALUE;
        }
    }

    /** The last turn: all that has been handed over is done, and the cursors are on disk. */
    void finish() {
        step();
        stop("the store is closed");
        state.changed();
        checkpointer.runNow(nextCursorId);
    }

    private void takeTurn() {
        turn = handoff.takeAll();
        turnMillis = state.clock().millis();
        madeRoom = false;
        for (Request<?> r = turn; r != null; r = r.next()) {
            switch (r) {
                case Append append -> add(append);
                case Remove remove -> remove(remove);
                default -> throw new AssertionError("not a request of this store: " + r);
            }
        }
        finishGroup();
        turn = null;
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

    // -- a message ------------------------------------------------------------------------------------------------

    private void add(Append append) {
        try {
            while (true) {
                switch (log.room(append.bound)) {
                    case ENOUGH -> {
                        write(append);
                        return;
                    }
                    case COMMIT_FIRST -> finishGroup();
                    case ROLL_FIRST -> {
                        finishGroup();
                        roll(append.targets);
                    }
                    case NEVER -> {
                        refuse(
                                append,
                                new Refusal.TooLarge("a message of " + append.message.size()
                                        + " bytes fits in no segment of the store; make it smaller"));
                        return;
                    }
                }
            }
        } catch (LogFullException e) {
            refuse(append, full(e));
        } catch (IOException e) {
            refuse(append, notWritable(e));
        }
    }

    private void write(Append append) {
        for (Target target : append.targets) {
            PriorityCursor cursor = cursor(target);
            if (cursor == null) {
                takeBack(
                        append,
                        new Refusal.LimitExceeded("the store keeps books for " + MAX_CURSORS
                                + " endpoints and priorities and has no room for \"" + target.endpoint() + "\""));
                return;
            }
            boolean introduce = cursor.introducedInSegment != log.activeNumber();
            targets.add(new MessageRecord.To(cursor, ++cursor.tailOrdinal, target.ttlMillis(), introduce));
        }
        ByteBuffer b = log.begin();
        int start = b.position();
        try {
            MessageRecord.encode(b, turnMillis, targets, append.message);
        } catch (RuntimeException e) {
            // The sender changes a message that it has handed over; one such sender must not stop the store.
            logger.atError()
                    .addKeyValue("sender", append.message.sender())
                    .setCause(e)
                    .log("message not encodable");
            log.cancel();
            takeBack(append, new Refusal.Invalid("the message changed while it was stored"));
            return;
        }
        int bytes = b.position() - start;
        stage(log.end(), bytes, append.message);
        targets.clear();
        group.add(append);
    }

    private void takeBack(Append append, Refusal refusal) {
        targets.forEach(to -> to.cursor().tailOrdinal--);
        targets.clear();
        refuse(append, refusal);
    }

    private void stage(long sequence, int bytes, Message message) {
        for (MessageRecord.To to : targets) {
            PriorityCursor cursor = to.cursor();
            long expires = MessageRecord.expiresMillis(turnMillis, to.ttlMillis());
            cursor.introducedInSegment = log.activeNumber();
            cursor.staged.add(new Slot(sequence, to.ordinal(), bytes, expires, message));
            if (cursor.staged.size() == 1) {
                touched.add(cursor);
            }
        }
    }

    private @Nullable PriorityCursor cursor(Target target) {
        Endpoint endpoint = state.endpoint(target.endpoint());
        var key = CursorKey.of(target);
        PriorityCursor known = endpoint.cursor(key);
        if (known != null || nextCursorId > MAX_CURSORS) {
            return known;
        }
        var created = new PriorityCursor(nextCursorId++, target.endpoint(), key);
        endpoint.add(created);
        keepRoomIfItDrops(key);
        return created;
    }

    private void keepRoomIfItDrops(CursorKey key) {
        if (key.policy().whenFull() != Policy.WhenFull.REFUSE) {
            log.compacts();
        }
    }

    // -- a group --------------------------------------------------------------------------------------------------

    /** Commits what has been written; then, and only then, it is readable and acknowledged. */
    private void finishGroup() {
        if (group.isEmpty()) {
            return;
        }
        try {
            log.commit();
        } catch (IOException e) {
            fail(e);
            return;
        }
        for (PriorityCursor c : touched) {
            activeSummary.add(c.id(), c.endpoint(), c.key(), c.lastOrdinal + 1, c.tailOrdinal);
            Endpoint endpoint = state.endpoint(c.endpoint());
            endpoint.publish(c);
            available.add(endpoint);
        }
        group.forEach(a -> a.complete(null));
        available.forEach(Endpoint::wakeReader);
        forgetGroup();
    }

    /** Its records are void and so are their ordinals. */
    private void fail(IOException e) {
        for (PriorityCursor c : touched) {
            c.tailOrdinal = c.lastOrdinal;
            c.staged.clear();
        }
        Refusal refusal = notWritable(e);
        group.forEach(a -> refuse(a, refusal));
        forgetGroup();
    }

    private void forgetGroup() {
        group.clear();
        touched.clear();
        available.clear();
    }

    // -- a segment ------------------------------------------------------------------------------------------------

    /** Rolls; where the log is full, after as many evictions as that takes and the targets' routes ask for. */
    private void roll(List<Target> itsTargets) throws IOException, LogFullException {
        for (int evictions = 0; ; evictions++) {
            try {
                rollOnce();
                return;
            } catch (LogFullException e) {
                boolean more = !madeRoom && makeRoom()
                        || evictions < MAX_EVICTIONS && evictor.makeRoom(itsTargets, nextCursorId);
                if (!more) {
                    throw e;
                }
            }
        }
    }

    private void rollOnce() throws IOException, LogFullException {
        log.roll(activeSummary.encode());
        leaveSegment();
        activeNumber = log.activeNumber();
        state.changed(); // a checkpoint for each segment at least, so that a segment that goes missing is missed
    }

    /** Once a segment: readers that keep up have settled the one before, and its blocks can be had for one sync. */
    private void freeForReuse() {
        if (activeNumber != freedFor && log.wantsFreed()) {
            freedFor = activeNumber;
            checkpointer.runNow(nextCursorId);
        }
    }

    private void leaveSegment() {
        if (activeNumber != 0) {
            state.summaries().put(activeNumber, activeSummary);
        }
        activeNumber = 0;
        activeSummary = new SegmentSummary();
    }

    /** At most once a turn: brings the cursors to disk now, and gives the active segment up too if all in it is settled. */
    private boolean makeRoom() {
        madeRoom = true;
        int before = log.segments().size();
        checkpointer.runNow(nextCursorId);
        if (log.segments().size() == before && activeNumber != 0 && checkpointer.settled(activeSummary)) {
            log.seal(activeSummary.encode());
            leaveSegment();
            checkpointer.free();
        }
        return log.segments().size() < before;
    }

    // -- the rest -------------------------------------------------------------------------------------------------

    private void remove(Remove remove) {
        finishGroup();
        Endpoint endpoint = state.endpoints().get(remove.endpoint);
        if (endpoint != null) {
            endpoint.removePending();
        }
        remove.complete(null);
    }

    private void tickIfDue() {
        if (time.nanos() - tickAtNanos >= 0) {
            tickAtNanos = time.nanos() + TICK_NANOS;
            state.endpoints().values().forEach(Endpoint::tick);
            if (state.clock().wallHasJumped()) {
                state.changed(); // so that a restart does not take the jump for time that has passed
            }
        }
    }

    private Refusal full(LogFullException e) {
        return new Refusal.StoreFull("the store is full: " + e.getMessage()
                + ". New messages are refused until some are delivered or expire; raise storeLimits.maxSizeBytes or"
                + " make room on the disk");
    }

    private static Refusal notWritable(IOException e) {
        return new Refusal.Unavailable("the store cannot be written: " + e.getMessage() + ". The message was not kept");
    }

    private static void refuse(Append append, Refusal refusal) {
        append.completeExceptionally(new RefusedException(refusal));
    }
}
