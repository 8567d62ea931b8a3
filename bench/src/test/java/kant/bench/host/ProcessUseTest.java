package kant.bench.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** On this test's own process. */
class ProcessUseTest {
    private final ProcessUse self = new ProcessUse(ProcessHandle.current().pid());

    @Test
    void work_shows_as_cpu_time_of_about_its_length() throws IOException {
        long before = self.cpuMicros();

        long end = System.nanoTime() + 300_000_000L;
        long work = 0;
        while (System.nanoTime() < end || self.cpuMicros() == before) {
            work++;
        }

        assertThat(work).isPositive();
        assertThat(self.cpuMicros() - before).isBetween(10_000L, 60_000_000L);
    }

    @Test
    void memory_of_a_jvm_is_between_megabytes_and_its_peak() throws IOException {
        ProcessUse.Memory memory = self.memory();

        assertThat(memory.rssKb()).isBetween(10_000L, memory.peakKb());
        assertThat(memory.pssKb()).isBetween(10_000L, memory.rssKb() + 1000);
        assertThat(memory.threads()).isGreaterThan(1);
    }
}
