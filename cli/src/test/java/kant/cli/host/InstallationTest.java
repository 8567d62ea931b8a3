package kant.cli.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
    @TempDir
    Path directory;

    @Test
    void a_new_folder_is_its_owners_alone() throws Exception {
        Path folder = Installation.privateFolder(directory.resolve("a/b"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    @Test
    void a_folder_that_cannot_be_made_is_one_sentence_with_the_way_out() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> Installation.privateFolder(file.resolve("below")))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("can't be used for data")
                .hasMessageEndingWith("name a folder that you may write to with --data DIR");
    }

    @Test
    void a_secret_is_written_whole_and_private() throws Exception {
        Path file = directory.resolve("secret");
        Installation.writePrivately(file, "one");
        Installation.writePrivately(file, "two");

        assertThat(file).hasContent("two");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void a_program_that_is_not_built_says_what_to_do() {
        var installation = new Installation(directory, directory);

        assertThatThrownBy(() -> installation.jar("edge-hub"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("is not built");
    }
}
