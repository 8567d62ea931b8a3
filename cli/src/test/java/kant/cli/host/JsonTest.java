package kant.cli.host;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {
    @TempDir
    Path directory;

    @Test
    void what_is_not_json_is_told_with_file_line_and_column() throws Exception {
        Path file = Files.writeString(directory.resolve("manifest.json"), "{\n  \"a\": nonsense\n}");

        assertThatThrownBy(() -> Json.read(file))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("manifest.json:2:");
    }

    @Test
    void a_missing_file_is_named() {
        assertThatThrownBy(() -> Json.read(directory.resolve("none.json")))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("there is no file");
    }

    @Test
    void json_that_is_no_object_is_refused() {
        assertThatThrownBy(() -> Json.parse("[1]", "the patch"))
                .isInstanceOf(CliException.class)
                .hasMessage("the patch is not a JSON object");
    }
}
