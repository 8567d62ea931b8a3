package kant.store.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.testkit.sim.SimDisk;
import kant.testkit.sim.SimRandomness;
import kant.testkit.sim.SimTime;
import org.junit.jupiter.api.Test;

class RecordLogTest {
    private final SimDisk disk = new SimDisk(new SplittableRandom(1));
    private final SimTime time = new SimTime();
    private final SimRandomness randomness = new SimRandomness(new SplittableRandom(2));
    private LogConfig config =
            LogConfig.of("telemetry", 64 << 10).segmentBytes(4096).reserveBytes(0);

    @Test
    void records_are_numbered_from_one_and_read_back_in_order() throws IOException {
        try (RecordLog log = open()) {
            assertThat(append(log, "a")).isEqualTo(1);
            assertThat(append(log, "b")).isEqualTo(2);

            assertThat(texts(log.read(1, 1000))).containsExactly("a", "b");
            assertThat(texts(log.read(2, 1000))).containsExactly("b");
            assertThat(log.read(3, 1000)).isEmpty();
            assertThat(log.firstSequence()).isEqualTo(1);
            assertThat(log.nextSequence()).isEqualTo(3);
        }
    }

    @Test
    void a_read_goes_over_segments_and_keeps_to_its_bytes() throws IOException {
        try (RecordLog log = open()) {
            for (int i = 1; i <= 50; i++) {
                append(log, "r" + i + " ".repeat(500));
            }

            assertThat(log.read(1, 1 << 20))
                    .hasSize(50)
                    .extracting(LogRecord::sequence)
                    .startsWith(1L, 2L)
                    .endsWith(50L);
            assertThat(log.read(7, 1200)).extracting(LogRecord::sequence).containsExactly(7L, 8L);
            assertThat(log.read(7, 1)).extracting(LogRecord::sequence).containsExactly(7L);
        }
    }

    @Test
    void an_empty_record_is_a_record() throws IOException {
        try (RecordLog log = open()) {
            append(log, "");
            append(log, "b");
        }

        try (RecordLog log = open()) {
            assertThat(texts(log.read(1, 1000))).containsExactly("", "b");
        }
    }

    @Test
    void a_power_cut_takes_nothing_that_was_acknowledged() throws IOException {
        RecordLog log = open();
        for (int i = 1; i <= 30; i++) {
            append(log, "r" + i + " ".repeat(300));
        }
        log.append("never acknowledged".getBytes());
        disk.crash();

        try (RecordLog again = open()) {
            assertThat(texts(again.read(1, 1 << 20))).hasSize(30).endsWith("r30");
            assertThat(append(again, "next")).isEqualTo(31);
        }
    }

    @Test
    void trimming_gives_whole_segments_back() throws IOException {
        try (RecordLog log = open()) {
            for (int i = 1; i <= 40; i++) {
                append(log, "r" + i + " ".repeat(500));
            }
            long before = log.bytes();

            log.trim(30);
            log.step();

            assertThat(log.bytes()).isLessThan(before);
            assertThat(log.firstSequence()).isBetween(20L, 30L);
            assertThat(texts(log.read(1, 1 << 20))).first().isEqualTo("r" + log.firstSequence());
            assertThat(texts(log.read(1, 1 << 20))).last().isEqualTo("r40");
        }
    }

    @Test
    void a_full_log_refuses_or_gives_up_its_oldest_as_configured() throws IOException {
        try (RecordLog log = open()) {
            CompletableFuture<Long> last = fill(log, 200);

            assertThat(refusal(last)).isInstanceOf(Refusal.StoreFull.class);
            assertThat(log.bytes()).isLessThanOrEqualTo(config.maxBytes());
        }
        config = config.whenFull(WhenFull.DROP_OLDEST);
        try (RecordLog log = open()) {
            CompletableFuture<Long> last = fill(log, 200);

            assertThat(last).isCompleted();
            assertThat(log.firstSequence()).isGreaterThan(100);
            assertThat(log.bytes()).isLessThanOrEqualTo(config.maxBytes());
        }
    }

    @Test
    void a_record_larger_than_a_segment_is_refused() throws IOException {
        try (RecordLog log = open()) {
            CompletableFuture<Long> stage = log.append(new byte[5000]).toCompletableFuture();
            log.step();

            assertThat(refusal(stage)).isInstanceOf(Refusal.TooLarge.class);
        }
    }

    @Test
    void damage_is_passed_and_counted_once_however_often_it_is_read() throws IOException {
        try (RecordLog log = open()) {
            for (int i = 1; i <= 5; i++) {
                append(log, "record " + i);
            }
        }
        String name = disk.names().stream()
                .filter(n -> n.endsWith(".segment"))
                .findFirst()
                .orElseThrow();
        int at = new String(disk.content(name), java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("record 3");
        disk.flipBit(name, at, 0);

        try (RecordLog log = open()) {
            assertThat(texts(log.read(1, 1000))).containsExactly("record 1", "record 2", "record 4", "record 5");
            log.read(1, 1000);
            log.read(1, 1000);
            assertThat(log.damage()).isEqualTo(1);
        }
    }

    @Test
    void records_of_a_files_earlier_life_never_come_back() throws IOException {
        try (RecordLog log = open()) {
            fill(log, 60);
            log.trim(Long.MAX_VALUE);
            log.step();
        }
        disk.names().stream().filter(n -> n.endsWith(".segment")).limit(1).forEach(disk::lose);

        try (RecordLog log = open()) {
            long next = append(log, "new");
            assertThat(texts(log.read(1, 1 << 20))).contains("new");
            assertThat(log.read(next, 1 << 20)).hasSize(1);
        }
    }

    @Test
    void blocks_are_allocated_ahead_and_reused() throws IOException {
        try (RecordLog log = open()) {
            for (int i = 1; i <= 300; i++) {
                long sequence = append(log, "r" + i + " ".repeat(500));
                log.trim(sequence - 10);
                log.step();
                long sizes = 0;
                for (String name : disk.names()) {
                    sizes += disk.content(name).length;
                }
                assertThat(sizes % 4096).as("every segment has all its blocks").isZero();
                assertThat(sizes).isLessThanOrEqualTo(5 * 4096);
            }
        }
    }

    @Test
    void a_closed_log_refuses_and_can_be_opened_again() throws IOException {
        RecordLog log = open();
        append(log, "a");
        assertThatThrownBy(this::open).isInstanceOf(IOException.class);
        log.close();

        assertThat(refusal(log.append(new byte[1]).toCompletableFuture())).isInstanceOf(Refusal.Unavailable.class);
        try (RecordLog again = open()) {
            assertThat(texts(again.read(1, 1000))).containsExactly("a");
        }
    }

    private CompletableFuture<Long> fill(RecordLog log, int records) {
        CompletableFuture<Long> stage = null;
        for (int i = 0; i < records; i++) {
            stage = log.append(new byte[500]).toCompletableFuture();
            log.step();
        }
        return stage;
    }

    private RecordLog open() throws IOException {
        return RecordLog.openStepped(disk, time, randomness, config);
    }

    private static long append(RecordLog log, String text) {
        CompletableFuture<Long> stage = log.append(text.getBytes()).toCompletableFuture();
        log.step();
        return stage.getNow(-1L);
    }

    private static Refusal refusal(CompletableFuture<Long> stage) {
        try {
            stage.join();
            throw new AssertionError("not refused");
        } catch (CompletionException e) {
            return ((RefusedException) e.getCause()).refusal();
        }
    }

    private static List<String> texts(List<LogRecord> records) {
        var texts = new ArrayList<String>();
        records.forEach(r -> texts.add(new String(r.bytes()).trim()));
        return texts;
    }
}
