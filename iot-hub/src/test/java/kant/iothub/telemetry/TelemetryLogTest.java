package kant.iothub.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.store.segment.Durability;
import kant.store.segment.LogConfig;
import kant.store.segment.WhenFull;
import kant.world.FileDisk;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryLogTest {
    private static final int SEGMENT_BYTES = 64 * 1024;
    private static final int KEPT_BYTES = 4 * SEGMENT_BYTES;
    private static final int MESSAGE_BYTES = 10 * 1024;
    private static final int READ_BYTES = 1 << 20;

    @TempDir
    private Path directory;

    private TelemetryLog log;

    @BeforeEach
    void open() throws Exception {
        var config = new LogConfig("telemetry", Durability.OS, KEPT_BYTES, SEGMENT_BYTES, WhenFull.REFUSE, 0);
        log = TelemetryLog.open(new FileDisk(directory), config, Time.system());
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void a_full_log_gives_up_its_oldest_and_readers_go_on_at_the_oldest_kept() throws Exception {
        long last = 0;
        for (int i = 0; i < 100; i++) {
            last = append();
        }

        TelemetryBatch batch = log.read(-1, 1000, READ_BYTES, Duration.ZERO);
        TelemetryBatch leftBehind = log.read(1, 1000, READ_BYTES, Duration.ZERO);

        assertThat(last).isEqualTo(100);
        assertThat(batch.next()).isEqualTo(100);
        assertThat(batch.events().getFirst().sequence()).isGreaterThan(50);
        assertThat(batch.events().getLast().sequence()).isEqualTo(100);
        assertThat(leftBehind.events()).hasSameSizeAs(batch.events());
    }

    @Test
    void a_reader_gets_as_many_as_it_asked_for_and_the_rest_next_time() throws Exception {
        for (int i = 0; i < 5; i++) {
            append();
        }

        TelemetryBatch first = log.read(-1, 2, READ_BYTES, Duration.ZERO);
        TelemetryBatch second = log.read(first.next(), 1000, 2 * MESSAGE_BYTES, Duration.ZERO);

        assertThat(first.events()).extracting(TelemetryEvent::sequence).containsExactly(1L, 2L);
        assertThat(second.events().getFirst().sequence()).isEqualTo(3);
        assertThat(second.events()).hasSizeLessThan(3);
        assertThat(second.next()).isEqualTo(second.events().getLast().sequence());
    }

    @Test
    void a_reader_of_nothing_stays_where_it_is() throws Exception {
        append();

        TelemetryBatch batch = log.read(1, 10, READ_BYTES, Duration.ofMillis(20));

        assertThat(batch.events()).isEmpty();
        assertThat(batch.next()).isEqualTo(1);
    }

    private long append() throws Exception {
        var message = new Message(IdentityId.device("d"), Map.of(), Map.of(), new byte[MESSAGE_BYTES]);
        return log.append(message).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
