package kant.store;

import static kant.store.StoreFixture.UP;
import static kant.store.StoreFixture.padded;
import static kant.store.StoreFixture.to;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import kant.model.message.Message;
import kant.model.message.Target;
import kant.store.segment.Durability;
import kant.world.FileDisk;
import kant.world.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a backlog costs, and when that comes back. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StoreSpaceTest {
    private static final int BACKLOG = 100_000;
    private static final int BYTES = 256;
    private static final long HEAP_BYTES = 2 << 20;
    private static final int UNDER_WAY = 1000;

    /** The active one and the spare. */
    private static final int LEAST_SEGMENTS = 2;

    private final StoreFixture f = new StoreFixture();

    @TempDir
    Path directory;

    @Test
    void a_segment_goes_back_to_the_volume_as_soon_as_every_endpoint_has_passed_it() {
        for (int i = 0; i < 100; i++) {
            f.accepted(padded("m" + i, 1000), UP, to("edge/filter/in"));
        }
        int full = f.segments().size();
        assertThat(full).isGreaterThan(6);

        f.drain(Target.UPSTREAM);
        f.pass(Duration.ofSeconds(1));
        assertThat(f.segments()).as("the other endpoint still needs all").hasSize(full);

        f.drain("edge/filter/in");
        f.pass(Duration.ofMillis(200));
        assertThat(f.segments()).hasSizeLessThanOrEqualTo(LEAST_SEGMENTS);
        assertThat(f.disk.usedBytes()).isLessThan(f.store().stats().maxBytes());
    }

    @Test
    void while_the_reader_keeps_up_the_segments_it_has_left_are_used_again_before_new_ones_are_made() {
        for (int i = 0; i < 200; i++) {
            f.accepted(padded("m" + i, 1000), UP);
            f.drain(Target.UPSTREAM);

            assertThat(f.segments()).hasSizeLessThanOrEqualTo(LEAST_SEGMENTS + 1);
        }
    }

    @Test
    void a_backlog_costs_disk_and_no_memory_also_while_it_is_read_and_the_disk_comes_back() throws Exception {
        var config = StoreConfig.of(Durability.FSYNC, 256 << 20)
                .segmentBytes(1 << 20)
                .memoryBytes(64 << 10)
                .reserveBytes(0);
        try (MessageStore store = MessageStore.open(config, new FileDisk(directory), Time.system())) {
            fill(store, UNDER_WAY);
            long before = heap();

            fill(store, BACKLOG);

            assertThat(store.stats().bytes()).isGreaterThan((long) BACKLOG * BYTES);
            assertThat(heap() - before).as("for the backlog").isLessThan(HEAP_BYTES);
            Cursor cursor = store.cursor(Target.UPSTREAM);
            long left = cursor.pending();
            for (List<Entry> batch = read(cursor); !batch.isEmpty(); batch = read(cursor)) {
                batch.forEach(cursor::delivered);
                left -= batch.size();
            }
            assertThat(left).isZero();
            assertThat(heap() - before).as("after reading").isLessThan(HEAP_BYTES);
            awaitBytes(store, LEAST_SEGMENTS * config.segmentBytes());
        }
    }

    @Test
    void a_reopened_backlog_costs_no_memory_either() throws Exception {
        var config =
                StoreConfig.of(Durability.OS, 256 << 20).segmentBytes(1 << 20).reserveBytes(0);
        try (MessageStore store = MessageStore.open(config, new FileDisk(directory), Time.system())) {
            fill(store, BACKLOG);
        }
        long before = heap();

        try (MessageStore store = MessageStore.open(config, new FileDisk(directory), Time.system())) {
            assertThat(store.cursor(Target.UPSTREAM).pending()).isEqualTo(BACKLOG);
            assertThat(heap() - before).isLessThan(HEAP_BYTES);
        }
    }

    private static List<Entry> read(Cursor cursor) {
        return cursor.read(256, 1 << 20);
    }

    private static void fill(MessageStore store, int messages) throws InterruptedException {
        var room = new Semaphore(UNDER_WAY);
        for (int i = 0; i < messages; i++) {
            room.acquire();
            var message = new Message(StoreFixture.SENDER, Map.of(), Map.of(), new byte[BYTES]);
            var _ = store.append(message, List.of(UP)).thenRun(room::release);
        }
        assertThat(room.tryAcquire(UNDER_WAY, 30, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitBytes(MessageStore store, long bytes) throws IOException, InterruptedException {
        var tick = new Semaphore(0);
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (store.stats().bytes() > bytes && System.nanoTime() < deadline) {
            var _ = tick.tryAcquire(20, TimeUnit.MILLISECONDS);
        }
        assertThat(store.stats().bytes()).isLessThanOrEqualTo(bytes);
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
