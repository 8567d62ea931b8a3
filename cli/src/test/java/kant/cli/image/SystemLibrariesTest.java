package kant.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SystemLibrariesTest {
    @Test
    void this_java_runtime_needs_the_c_library_and_its_loader() throws Exception {
        var libraries = SystemLibraries.of(Path.of(System.getProperty("java.home")));

        assertThat(libraries.keySet()).anyMatch(p -> p.endsWith("/libc.so.6")).anyMatch(p -> p.contains("/ld-linux"));
        assertThat(libraries.values()).allMatch(Files::exists);
        assertThat(libraries.keySet()).noneMatch(p -> p.startsWith("/"));
    }
}
