package kant.edgeagent.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kant.edgeagent.sim.SimDisk;
import org.junit.jupiter.api.Test;

class LocalSourceTest {
    private final SimDisk folder = new SimDisk();
    private final SimDisk disk = new SimDisk();
    private final LocalSource source = new LocalSource(folder, "config.json", disk);

    @Test
    void a_file_is_read_and_read_again_when_it_changes() throws IOException {
        write("{\"version\":1,\"deploymentConfig\":{\"a\":1}}");
        TwinDocument first = source.read().orElseThrow();
        assertThat(first.version()).isEqualTo(1);
        assertThat(source.read()).as("unchanged, the very same").containsSame(first);

        write("{\"version\":1,\"deploymentConfig\":{\"a\":2}}");

        assertThat(source.read().orElseThrow().desired().path("a").asInt()).isEqualTo(2);
    }

    @Test
    void a_file_that_cannot_be_used_changes_nothing() throws IOException {
        write("{\"version\":1,\"deploymentConfig\":{\"a\":1}}");
        TwinDocument first = source.read().orElseThrow();

        for (String bad : new String[] {"{", "[]", "{\"version\":2}"}) {
            write(bad);
            assertThat(source.read()).containsSame(first);
        }
    }

    @Test
    void without_the_file_the_last_good_deployment_counts() throws IOException {
        assertThat(source.read()).isEmpty();
        write("{\"version\":7,\"deploymentConfig\":{\"a\":1}}");
        source.keep(source.read().orElseThrow());

        var later = new LocalSource(new SimDisk(), "config.json", disk);

        assertThat(later.read().orElseThrow().version()).isEqualTo(7);
    }

    private void write(String text) throws IOException {
        try (var file = folder.open("config.json")) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }
}
