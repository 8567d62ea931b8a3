package kant.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import kant.cli.host.CliException;
import kant.model.deployment.DeploymentFile;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
    @Test
    void times_are_written_with_their_unit() throws CliException {
        assertThat(DemoCommand.duration("30s", "--cut")).isEqualTo(Duration.ofSeconds(30));
        assertThat(DemoCommand.duration("500ms", "--cut")).isEqualTo(Duration.ofMillis(500));
        assertThat(DemoCommand.duration("2m", "--cut")).isEqualTo(Duration.ofMinutes(2));
        assertThatThrownBy(() -> DemoCommand.duration("30", "--cut"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("--cut \"30\" is not a time");
    }

    @Test
    void the_demos_manifest_is_one_that_the_agent_accepts_without_a_warning() throws Exception {
        DeploymentFile file = DeploymentFile.of(DemoManifest.json());

        assertThat(file.warnings()).isEmpty();
        assertThat(file.sections().keySet()).contains("$edgeAgent", "$edgeHub", DemoManifest.FILTER);
    }
}
