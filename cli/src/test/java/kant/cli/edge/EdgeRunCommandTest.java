package kant.cli.edge;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeRunCommandTest {
    private static final String NOBODY_KNOWS = "hub.kant.invalid";

    @TempDir
    Path data;

    @Test
    void a_new_device_is_told_that_nobody_knows_its_hub() {
        assertThatThrownBy(() -> EdgeRunCommand.requireName(NOBODY_KNOWS, data))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void a_device_that_has_run_before_starts_where_no_name_can_be_resolved() throws Exception {
        Files.createFile(data.resolve("config.toml"));

        assertThatCode(() -> EdgeRunCommand.requireName(NOBODY_KNOWS, data)).doesNotThrowAnyException();
    }
}
