package kant.store.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import kant.testkit.sim.SimDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SpareThreadTest {
    private static final long BYTES = 5 << 20;

    private final SimDisk disk = new SimDisk(new SplittableRandom(1));
    private final Spare spare = new Spare(disk, new SegmentNames("log"), new Leftovers(disk));
    private final SpareThread thread = new SpareThread("log");

    @AfterEach
    void end() {
        thread.close();
        assertThat(thread.ended()).isTrue();
    }

    @Test
    void a_spare_is_ready_when_the_wait_for_it_ends() throws IOException {
        spare.begin(1, BYTES);
        thread.fill(spare);
        thread.await();

        assertThat(spare.ready()).isTrue();
        assertThat(thread.busy()).isFalse();
        assertThat(disk.usedBytes()).isEqualTo(BYTES);
    }

    @Test
    void a_failure_is_told_once_and_the_next_job_is_done() throws IOException {
        disk.failSyncs(1);
        spare.begin(1, BYTES);
        thread.fill(spare);
        assertThatThrownBy(thread::await).isInstanceOf(IOException.class).hasMessageContaining("simulated");
        assertThatCode(thread::await).doesNotThrowAnyException();

        thread.fill(spare);
        thread.await();

        assertThat(spare.ready()).isTrue();
    }
}
