package kant.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import kant.model.message.Target;
import kant.store.segment.Durability;
import kant.world.FileDisk;
import kant.world.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real threads, a real disk: what the simulation cannot see. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StoreOnRealDiskTest {
    private static final int SENDERS = 8;
    private static final int EACH = 500;
    private static final StoreConfig CONFIG = StoreConfig.of(Durability.FSYNC, 64 << 20)
            .segmentBytes(256 << 10)
            .memoryBytes(64 << 10)
            .reserveBytes(0);

    @TempDir
    Path directory;

    @Test
    void many_senders_and_a_reader_at_once_lose_and_repeat_nothing_and_keep_each_senders_order() throws Exception {
        var read = new ArrayList<String>();
        try (MessageStore store = MessageStore.open(CONFIG, new FileDisk(directory), Time.system())) {
            var reader = Thread.startVirtualThread(() -> readAll(store, read));
            var senders = new ArrayList<Thread>();
            for (int s = 0; s < SENDERS; s++) {
                int sender = s;
                senders.add(Thread.startVirtualThread(() -> send(store, sender)));
            }
            for (Thread t : senders) {
                t.join();
            }
            reader.join();

            assertThat(store.stats().endpoints().get(Target.UPSTREAM))
                    .isEqualTo(new EndpointCounts(SENDERS * EACH, SENDERS * EACH, 0, Map.of(), 0));
        }

        assertThat(new HashSet<>(read)).hasSize(SENDERS * EACH);
        Map<String, Integer> last = new HashMap<>();
        for (String text : read) {
            String[] parts = text.split(" ");
            int number = Integer.parseInt(parts[1]);
            assertThat(last.put(parts[0], number)).isEqualTo(number == 0 ? null : number - 1);
        }
    }

    @Test
    void a_store_closed_in_order_opens_with_what_was_pending() throws IOException {
        try (MessageStore store = MessageStore.open(CONFIG, new FileDisk(directory), Time.system())) {
            send(store, 1);
        }

        try (MessageStore store = MessageStore.open(CONFIG, new FileDisk(directory), Time.system())) {
            assertThat(store.cursor(Target.UPSTREAM).pending()).isEqualTo(EACH);
        }
    }

    @Test
    void a_directory_serves_one_store_at_a_time() throws IOException {
        try (MessageStore store = MessageStore.open(CONFIG, new FileDisk(directory), Time.system())) {
            assertThat(store.endpoints()).isEmpty();
            assertThatThrownBy(() -> MessageStore.open(CONFIG, new FileDisk(directory), Time.system()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another running program");
        }
    }

    @Test
    void an_interrupted_reader_harms_nobody() throws Exception {
        try (MessageStore store = MessageStore.open(CONFIG.memoryBytes(0), new FileDisk(directory), Time.system())) {
            send(store, 1);
            Cursor cursor = store.cursor(Target.UPSTREAM);
            Thread.currentThread().interrupt();
            List<Entry> interrupted = cursor.read(10, 10_000);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(interrupted).isEmpty();

            send(store, 2);
            assertThat(cursor.read(10, 10_000)).hasSize(10);
            assertThat(store.stats().damage()).isZero();
        }
    }

    private static void send(MessageStore store, int sender) {
        var stages = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < EACH; i++) {
            String text = StoreFixture.padded(sender + " " + i, 200);
            stages.add(store.append(StoreFixture.message(text), List.of(StoreFixture.UP))
                    .toCompletableFuture());
        }
        CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private static void readAll(MessageStore store, List<String> read) {
        var available = new Semaphore(0);
        Cursor cursor = store.cursor(Target.UPSTREAM);
        cursor.onAvailable(available::release);
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (read.size() < SENDERS * EACH && System.nanoTime() < deadline) {
            List<Entry> batch = cursor.read(50, 100_000);
            for (Entry e : batch) {
                read.add(StoreFixture.text(e));
                cursor.delivered(e);
            }
            if (batch.isEmpty()) {
                try {
                    var _ = available.tryAcquire(1, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
