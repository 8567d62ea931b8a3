package kant.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Target;
import kant.store.segment.Durability;
import kant.testkit.sim.SimDisk;
import kant.testkit.sim.SimRandomness;
import kant.testkit.sim.SimTime;

/** A store in the simulated world whose writer takes its turns when a test says so. */
final class StoreFixture {
    static final IdentityId SENDER = IdentityId.module("edge", "sensor");

    final SimDisk disk;
    final SimTime time = new SimTime();
    final SimRandomness randomness;
    StoreConfig config =
            StoreConfig.of(Durability.FSYNC, 256 << 10).segmentBytes(16 << 10).reserveBytes(0);
    private MessageStore store;

    StoreFixture() {
        this(new SplittableRandom(1));
    }

    StoreFixture(SplittableRandom random) {
        disk = new SimDisk(random.split());
        randomness = new SimRandomness(random.split());
    }

    StoreFixture with(StoreConfig itsConfig) {
        config = itsConfig;
        return this;
    }

    MessageStore store() {
        if (store == null) {
            try {
                store = MessageStore.openStepped(config, disk, time, randomness);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return store;
    }

    /** Hands a message over; its stage is done after {@link #turn}. */
    CompletableFuture<Void> append(String text, Target... targets) {
        CompletionStage<Void> stage = store().append(message(text), List.of(targets));
        return stage.toCompletableFuture();
    }

    /** Appends and expects the acknowledgement. */
    void accepted(String text, Target... targets) {
        CompletableFuture<Void> stage = append(text, targets);
        turn();
        assertThat(stage).isCompleted();
    }

    /** Appends and expects a refusal. */
    Refusal refused(String text, Target... targets) {
        CompletableFuture<Void> stage = append(text, targets);
        turn();
        return refusal(stage);
    }

    static Refusal refusal(CompletableFuture<Void> stage) {
        assertThat(stage).isCompletedExceptionally();
        try {
            stage.join();
            throw new AssertionError("not refused");
        } catch (CompletionException e) {
            return ((RefusedException) e.getCause()).refusal();
        }
    }

    void turn() {
        store().step();
    }

    /** Lets time pass in which the writer does what is due. */
    void pass(Duration duration) {
        time.advance(duration);
        turn();
        turn();
    }

    /** Closes the store in order and opens it again. */
    void restart() {
        store().close();
        store = null;
        store();
    }

    /** The process dies: what was written is there, synced or not. */
    void kill() {
        store();
        store = null;
        disk.kill();
        store();
    }

    /** The power fails: what was not synced is there by chance. */
    void powerCut() {
        losePower();
        store();
    }

    /** The same, and it does not come back yet. */
    void losePower() {
        store();
        store = null;
        disk.crash();
    }

    /** The power fails, and once more so many calls of the disk after the store has begun to open. */
    void powerCutAndAgainWhileOpening(long calls) {
        store();
        store = null;
        disk.crash();
        disk.powerFailsAfter(calls);
        try {
            store();
        } catch (UncheckedIOException e) {
            assertThat(disk.powerFailed()).as("the store opens on a disk that works: %s", e).isTrue();
        }
        store = null;
        disk.crash();
        store();
    }

    /** Something happens to the files while the store is closed. */
    void whileClosed(Damage damage) {
        store().close();
        store = null;
        try {
            damage.run(disk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store();
    }

    /** The process dies and something happens to the files before it is started again. */
    void whileDead(Damage damage) {
        store();
        store = null;
        disk.kill();
        try {
            damage.run(disk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store();
    }

    interface Damage {
        void run(SimDisk disk) throws IOException;
    }

    Cursor upstream() {
        return store().cursor(Target.UPSTREAM);
    }

    List<String> segments() {
        return disk.names().stream().filter(n -> n.endsWith(".segment")).toList();
    }

    EndpointCounts counts(String endpoint) {
        EndpointCounts counts = store().stats().endpoints().get(endpoint);
        assertThat(counts.balanced()).as("balance of %s: %s", endpoint, counts).isTrue();
        return counts;
    }

    /** Reads and delivers all there is; returns the texts. */
    List<String> drain(String endpoint) {
        Cursor cursor = store().cursor(endpoint);
        var texts = new ArrayList<String>();
        for (List<Entry> batch = cursor.read(10, 1 << 20); !batch.isEmpty(); batch = cursor.read(10, 1 << 20)) {
            for (Entry e : batch) {
                texts.add(text(e));
                cursor.delivered(e);
            }
        }
        return texts;
    }

    static List<String> texts(List<Entry> entries) {
        return entries.stream().map(StoreFixture::text).toList();
    }

    static String text(Entry entry) {
        return new String(entry.message().payload()).trim();
    }

    static Target to(String endpoint) {
        return new Target(endpoint, Target.DEFAULT_PRIORITY, Target.FOREVER);
    }

    static Target to(String endpoint, long priority) {
        return new Target(endpoint, priority, Target.FOREVER);
    }

    static Target upstreamFor(Duration ttl) {
        return new Target(Target.UPSTREAM, Target.DEFAULT_PRIORITY, ttl.toMillis());
    }

    static final Target UP = to(Target.UPSTREAM);

    static Message message(String text) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("room", "küche");
        properties.put("level", "3");
        return new Message(SENDER, Map.of("contentType", "application/json"), properties, text.getBytes());
    }

    /** A text that makes its record about so many bytes long. */
    static String padded(String text, int bytes) {
        return text + " ".repeat(bytes - text.length());
    }
}
