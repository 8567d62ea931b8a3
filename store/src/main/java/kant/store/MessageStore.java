package kant.store;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Message;
import kant.model.message.Target;
import kant.store.segment.Durability;
import kant.store.segment.Handoff;
import kant.store.segment.NewerFormatException;
import kant.store.segment.SegmentLog;
import kant.world.Disk;
import kant.world.PlatformThread;
import kant.world.Randomness;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable, bounded store in front of every endpoint. A message is written once, however many endpoints it is for, and is
 * acknowledged when it is on the disk; each endpoint reads through its {@link Cursor}.
 *
 * <p>At every moment, and over restarts, each endpoint's books balance: {@code accepted = delivered + expired + dropped +
 * pending}. What was delivered, and not yet checkpointed when the process or the power ended, is pending again and delivered
 * again, and counts as delivered once.
 */
public final class MessageStore implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(MessageStore.class);

    /** Of its files. */
    static final String NAME = "messages";

    private static final int MAX_ENDPOINT_CHARACTERS = 1024;

    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final StoreConfig config;
    private final StoreState state;
    private final CursorFiles files;
    private final Checkpointer checkpointer;
    private final Handoff handoff;
    private final StoreWriter writer;
    private final AutoCloseable claim;
    private volatile @Nullable PlatformThread thread;

    private MessageStore(
            StoreConfig config, StoreRecovery.Opened opened, CursorFiles files, AutoCloseable claim, Time time) {
        this.config = config;
        this.files = files;
        this.claim = claim;
        state = opened.state();
        checkpointer = new Checkpointer(state, files, time, opened.checkpoint());
        handoff = new Handoff(config.queueBytes());
        writer = new StoreWriter(opened, handoff, checkpointer, time);
        state.onWork(this::wake);
    }

    /**
     * Opens or creates the store, recovers what is in it, and starts its writer thread.
     *
     * @param disk the store's files bear names that begin with "messages"
     * @throws NewerFormatException if a newer program has written them; they are left as they are
     */
    public static MessageStore open(StoreConfig config, Disk disk, Time time) throws IOException {
        MessageStore opened = openStepped(config, disk, time, Randomness.secure());
        opened.state.log().prepareBeside();
        opened.thread = PlatformThread.start("store", opened.writer::step);
        return opened;
    }

    /** Without the thread, for simulations: the caller makes the writer's turns by {@link #step}. */
    public static MessageStore openStepped(StoreConfig config, Disk disk, Time time, Randomness randomness)
            throws IOException {
        Disk used = config.durability() == Durability.MEMORY ? new MemoryDisk() : disk;
        AutoCloseable claim = used.claim(NAME);
        CursorFiles files = null;
        try {
            SegmentLog.refuseNewer(used, NAME);
            CursorFiles.refuseNewer(used, NAME);
            files = new CursorFiles(used, NAME);
            var opened = StoreRecovery.open(config, used, time, randomness, files);
            var store = new MessageStore(config, opened, files, claim, time);
            opened.strays().forEach(stray -> store.append(stray.message(), stray.targets()));
            store.step();
            store.logOpened();
            return store;
        } catch (IOException | RuntimeException e) {
            if (files != null) {
                files.close();
            }
            closeQuietly(claim);
            throw e;
        }
    }

    /**
     * Accepts a message for all its targets, or for none.
     *
     * @param message not copied; must not change any more
     * @param targets at most one for each endpoint; none at all is fine, and done at once
     * @return completes on the writer thread when the message is as durable as configured; otherwise with a {@link
     *     RefusedException}: {@link Refusal.StoreFull}, {@link Refusal.TooLarge}, or {@link Refusal.Unavailable} when the disk
     *     fails or the writer cannot keep up
     */
    public CompletionStage<Void> append(Message message, List<Target> targets) {
        if (targets.isEmpty()) {
            return DONE;
        }
        check(targets);
        var append = new StoreWriter.Append(message, targets);
        switch (handoff.put(append)) {
            case QUEUED -> {}
            case QUEUED_FIRST -> wake();
            case TOO_MUCH -> refuse(append, "the store's writer cannot keep up; try again");
            case CLOSED -> refuse(append, "the store is closed");
        }
        return append;
    }

    /** The one reader of an endpoint, created on demand. */
    public Cursor cursor(String endpoint) {
        return state.endpoint(endpoint);
    }

    /** All endpoints that it keeps books for, also those without routes. */
    public Set<String> endpoints() {
        return new TreeSet<>(state.endpoints().keySet());
    }

    /**
     * The endpoint's routes are gone: what is pending is dropped as {@link DropReason#ROUTE_REMOVED}, in the writer's next turn,
     * after the messages handed over before.
     */
    public void remove(String endpoint) {
        if (handoff.put(new StoreWriter.Remove(endpoint)) == Handoff.Put.QUEUED_FIRST) {
            wake();
        }
    }

    /** Changes the bound; what is above it stays until it is settled. The least that works is two segments of a mebibyte. */
    public void maxBytes(long bytes) {
        state.log().limits(bytes, config.segmentBytesFor(bytes));
    }

    /** The state of the store now; each endpoint's books balance. */
    public StoreStats stats() {
        Map<String, EndpointCounts> counts = new TreeMap<>();
        state.endpoints().forEach((name, endpoint) -> counts.put(name, endpoint.sum()));
        String logFailure = state.log().failure();
        return new StoreStats(
                state.log().bytes(),
                state.log().maxBytes(),
                config.durability(),
                logFailure != null ? logFailure : checkpointer.failure(),
                state.log().damage(),
                counts);
    }

    /** What waits now, by endpoint and priority. */
    public List<QueueLength> queueLengths() {
        return state.endpoints().values().stream()
                .flatMap(endpoint -> endpoint.lengths().stream())
                .toList();
    }

    /** One turn of the writer, for simulations; returns how long the next may wait, in nanoseconds. */
    public long step() {
        return writer.step();
    }

    /** Completes what has been handed over and brings the cursors to disk. */
    @Override
    public void close() {
        PlatformThread running = thread;
        if (running != null) {
            running.close();
            if (!running.ended()) {
                logger.atError().log("the store's writer is stuck in the disk, leaving it behind");
                return;
            }
        }
        writer.finish();
        state.endpoints().values().forEach(Endpoint::close);
        state.log().close();
        files.close();
        closeQuietly(claim);
    }

    private static void check(List<Target> targets) {
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            int length = target.endpoint().length();
            if (length == 0 || length > MAX_ENDPOINT_CHARACTERS || target.priority() < 0) {
                throw new IllegalArgumentException(target + " has no usable endpoint and priority");
            }
            if (target.ttlMillis() < Target.FOREVER) {
                throw new IllegalArgumentException(target + " has a negative ttl");
            }
            for (int j = 0; j < i; j++) {
                if (targets.get(j).endpoint().equals(target.endpoint())) {
                    throw new IllegalArgumentException("two targets for endpoint \"" + target.endpoint() + "\"");
                }
            }
        }
    }

    private void logOpened() {
        StoreStats stats = stats();
        long pending = stats.endpoints().values().stream()
                .mapToLong(EndpointCounts::pending)
                .sum();
        logger.atInfo()
                .addKeyValue("durability", stats.durability())
                .addKeyValue("bytes", stats.bytes())
                .addKeyValue("maxBytes", stats.maxBytes())
                .addKeyValue("pending", pending)
                .addKeyValue("damage", stats.damage())
                .log("message store open");
    }

    private void wake() {
        PlatformThread running = thread;
        if (running != null) {
            running.wake();
        }
    }

    private static void refuse(StoreWriter.Append append, String reason) {
        append.completeExceptionally(new RefusedException(new Refusal.Unavailable(reason)));
    }

    private static void closeQuietly(AutoCloseable claim) {
        try {
            claim.close();
        } catch (Exception e) {
            logger.atWarn().setCause(e).log("releasing the store's directory failed");
        }
    }
}
