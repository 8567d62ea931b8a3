package kant.edgehub.outbox;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import kant.model.identity.IdentityId;
import kant.store.Cursor;
import kant.store.Entry;
import kant.world.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves one endpoint's messages from the store to the endpoint: reads from the cursor, sends in order per lane without
 * waiting for each answer, settles, and tries again after a rest what failed.
 *
 * <p>Everything happens in {@link #step}, one run at a time, mostly on the thread that woke it: the store's writer, or an event
 * loop. The world outside only adds results and wakes.
 */
final class Outbox {
    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    /** Entries read and not settled, of all lanes: enough for thousands a second over a line of 100 ms. */
    static final int MAX_ENTRIES = 1024;

    /** The same in bytes, so that large messages do not fill the heap; one more message may pass it. */
    static final int MAX_BYTES = 2 << 20;

    private static final int READ_ENTRIES = 256;

    /** Instead of a number of entries. */
    private static final int DISK = -1;

    private final Endpoint endpoint;
    private final Cursor cursor;
    private final Tasks tasks;
    private final Backoff backoff;
    private final BiConsumer<Entry, Fate> settled;
    private final Pump pump;
    private final Queue<Result> results = new ConcurrentLinkedQueue<>();

    /** Failures among the results: until they are settled nothing is sent, or it would overtake what failed. */
    private final AtomicInteger failures = new AtomicInteger();

    private final Queue<IdentityId> rested = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean retryNow = new AtomicBoolean();

    /** Something is new in the store since it was last read. */
    private final AtomicBoolean fresh = new AtomicBoolean(true);

    private final Map<IdentityId, Lane> lanes = new HashMap<>();
    private final Patience patience = new Patience();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean stopped;

    /** The last read found nothing, and nothing came back since; the store lets more be in flight than we take. */
    private boolean dry;

    private int taken;
    private long takenBytes;

    private record Result(IdentityId lane, Entry entry, Fate fate) {}

    /** @param settled told of each end, for counting */
    Outbox(Endpoint endpoint, Cursor cursor, Tasks tasks, Backoff backoff, BiConsumer<Entry, Fate> settled) {
        this.endpoint = endpoint;
        this.cursor = cursor;
        this.tasks = tasks;
        this.backoff = backoff;
        this.settled = settled;
        pump = new Pump(tasks, this::step);
        cursor.onAvailable(() -> {
            fresh.set(true);
            pump.wake();
        });
    }

    /** Something changed: there is room, or somebody to send to. */
    void wake() {
        pump.wake();
    }

    /** What failed is tried again at once: the endpoint has come back. */
    void retry() {
        retryNow.set(true);
        pump.wake();
    }

    /** The same for one lane. */
    void retry(IdentityId lane) {
        rested.add(lane);
        pump.wake();
    }

    /** Sends nothing more; completes when everything under way has settled. */
    CompletableFuture<Void> stop() {
        stopped = true;
        pump.wake();
        return ended;
    }

    /** Accepted and not settled. */
    long pending() {
        return cursor.pending();
    }

    /** Without leave to block it ends early, and says so, where the store has to read its disk. */
    private boolean step(boolean mayBlock) {
        if (!mayBlock && !endpoint.prompt()) {
            return false;
        }
        settle();
        resume();
        if (stopped || !endpoint.open()) {
            giveBack();
            if (stopped && taken == 0) {
                ended.complete(null);
            }
            return true;
        }
        // Reading again after sending keeps a lane without room from hiding what others could send.
        int read;
        do {
            read = read(mayBlock);
            if (read == DISK) {
                return false;
            }
            send();
        } while (read > 0 && !stopped);
        return true;
    }

    private void settle() {
        for (Result result = results.poll(); result != null; result = results.poll()) {
            Lane lane = lanes.get(result.lane);
            if (lane == null) {
                throw new AssertionError("a lane with a message under way was forgotten");
            }
            forget(result.entry);
            if (comesAgain(result.fate)) {
                failures.decrementAndGet();
            }
            Fate fate = patience.judge(result.entry, result.fate);
            switch (fate) {
                case Fate.Delivered _ -> {
                    cursor.delivered(result.entry);
                    lane.settled();
                }
                case Fate.Dropped(String reason) -> {
                    cursor.dropped(result.entry, reason);
                    lane.settled();
                }
                case Fate.Retry(String reason) -> retryLater(result, lane, reason);
                case Fate.GivenBack _ -> retryLater(result, lane, "the receiver gave it back");
            }
            settled.accept(result.entry, fate);
            if (lane.shouldRest()) {
                rest(result.lane, lane);
            }
        }
        lanes.values().removeIf(Lane::forgettable);
    }

    private void retryLater(Result result, Lane lane, String reason) {
        if (lane.flowing()) {
            log.atDebug()
                    .addKeyValue("endpoint", endpoint.name())
                    .addKeyValue("identity", result.lane)
                    .addKeyValue("reason", reason)
                    .log("a message was not taken, it will be sent again");
        }
        release(result.entry);
        lane.failed();
    }

    private void rest(IdentityId id, Lane lane) {
        var _ = tasks.after(backoff.after(lane.rest()), "retry to " + endpoint.name(), () -> {
            rested.add(id);
            pump.wake();
        });
    }

    private void resume() {
        if (retryNow.getAndSet(false)) {
            lanes.values().forEach(this::resume);
        }
        for (IdentityId id = rested.poll(); id != null; id = rested.poll()) {
            Lane lane = lanes.get(id);
            if (lane != null) {
                resume(lane);
            }
        }
    }

    private void resume(Lane lane) {
        if (lane.resting()) {
            lane.resume();
            giveBack(lane);
        }
    }

    /** Nobody to send to: what is only held goes back, so that it can expire. */
    private void giveBack() {
        lanes.values().forEach(this::giveBack);
        lanes.values().removeIf(Lane::forgettable);
    }

    private void giveBack(Lane lane) {
        for (Entry entry : lane.giveBack()) {
            forget(entry);
            release(entry);
        }
    }

    private void release(Entry entry) {
        cursor.release(entry);
        dry = false;
    }

    private void forget(Entry entry) {
        taken--;
        takenBytes -= entry.message().size();
    }

    /** Reads what there is room for; says how many, or that they are on the disk. */
    private int read(boolean mayBlock) {
        int room = Math.min(READ_ENTRIES, MAX_ENTRIES - taken);
        int roomBytes = (int) (Math.min(MAX_BYTES, endpoint.aheadBytes()) - takenBytes);
        dry &= !fresh.getAndSet(false);
        if (dry || room <= 0 || roomBytes <= 0) {
            return 0;
        }
        List<Entry> entries = mayBlock ? cursor.read(room, roomBytes) : cursor.readMemory(room, roomBytes);
        if (entries == null) {
            return DISK;
        }
        for (Entry entry : entries) {
            lanes.computeIfAbsent(endpoint.lane(entry), _ -> new Lane()).hold(entry);
            taken++;
            takenBytes += entry.message().size();
        }
        dry = entries.isEmpty();
        return entries.size();
    }

    private void send() {
        lanes.forEach((id, lane) -> {
            while (lane.flowing() && lane.hasNext() && failures.get() == 0 && endpoint.reserve(id, lane.underWay())) {
                Entry entry = lane.next();
                var _ = endpoint.send(entry).whenComplete((fate, _) -> {
                    if (comesAgain(fate)) {
                        failures.incrementAndGet();
                    }
                    results.add(new Result(id, entry, fate));
                    pump.wake();
                });
            }
        });
    }

    private static boolean comesAgain(Fate fate) {
        return fate instanceof Fate.Retry || fate instanceof Fate.GivenBack;
    }
}
