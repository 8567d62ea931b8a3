package kant.cli.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.ModuleStatus;
import org.junit.jupiter.api.Test;

class ListCommandTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

    @Test
    void a_running_module_tells_its_uptime() {
        var status = new ModuleStatus(ModuleState.RUNNING, NOW.minus(Duration.ofMinutes(5)), null, null);

        assertThat(ListCommand.describe(status, NOW)).isEqualTo("Up 5 minutes");
    }

    @Test
    void an_ended_module_tells_how_and_when() {
        var exit = new ModuleStatus.Exit(3, NOW.minusSeconds(42));
        var status = new ModuleStatus(ModuleState.FAILED, NOW.minusSeconds(60), exit, null);

        assertThat(ListCommand.describe(status, NOW)).isEqualTo("Exited (3) 42 seconds ago");
    }

    @Test
    void a_module_that_never_ran_says_so() {
        assertThat(ListCommand.describe(ModuleStatus.neverStarted(), NOW)).isEqualTo("Never started");
    }
}
