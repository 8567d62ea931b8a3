package kant.edgeagent.desired;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import kant.edgeagent.sim.SimDisk;
import kant.edgeagent.sim.SimHub;
import kant.edgeagent.sim.SimTime;
import kant.model.identity.IdentityId;
import kant.model.twin.MethodResult;
import org.junit.jupiter.api.Test;

class TwinSourceTest {
    private final SimTime time = new SimTime();
    private final SimDisk disk = new SimDisk();
    private final SimHub hub = new SimHub();
    private TwinSource source = source();

    @Test
    void a_patch_that_follows_is_merged_without_asking() throws Exception {
        hub.deploy(object("a", "1"));
        hub.connect();
        source.read();

        hub.change(object("b", "2"));

        assertThat(desired()).isEqualTo(object("a", "1").put("b", "2"));
        assertThat(hub.twinReads()).isEqualTo(1);
    }

    @Test
    void check_62_after_a_gap_the_whole_twin_is_read() throws Exception {
        hub.connect();
        source.read();

        hub.changeUnheard(object("a", "1"));
        hub.change(object("b", "2"));

        assertThat(desired()).isEqualTo(object("a", "1").put("b", "2"));
        assertThat(hub.twinReads()).isEqualTo(2);
    }

    @Test
    void after_a_reconnect_and_after_an_hour_the_whole_twin_is_read() throws Exception {
        hub.connect();
        source.read();
        hub.cut();
        hub.changeUnheard(object("a", "1"));
        hub.connect();
        assertThat(desired()).isEqualTo(object("a", "1"));

        hub.changeUnheard(object("b", "2"));
        assertThat(desired()).isEqualTo(object("a", "1"));
        time.advance(Duration.ofHours(1));
        assertThat(desired()).isEqualTo(object("a", "1").put("b", "2"));
    }

    @Test
    void many_patches_that_nobody_looked_at_take_no_more_memory() throws Exception {
        hub.connect();
        source.read();
        for (int i = 0; i < 1000; i++) {
            hub.change(object("n", Integer.toString(i)));
        }

        assertThat(desired()).isEqualTo(object("n", "999"));
    }

    @Test
    void a_twin_that_cannot_be_read_is_asked_for_ever_more_slowly() throws Exception {
        hub.failing(true);
        hub.connect();
        int reads = 0;
        for (int second = 0; second < 240; second++) {
            source.read();
            time.advance(Duration.ofSeconds(1));
        }
        reads = hub.twinReads();
        assertThat(reads).isBetween(6, 9);

        hub.failing(false);
        time.advance(Duration.ofMinutes(1));
        assertThat(source.read()).isPresent();
    }

    @Test
    void the_backup_is_used_after_five_seconds_without_a_twin() throws Exception {
        hub.deploy(object("a", "1"));
        hub.connect();
        source.keep(source.read().orElseThrow());
        hub.cut();
        source = source();

        assertThat(source.read()).isEmpty();
        assertThat(source.nextLook()).contains(Duration.ofSeconds(5));
        time.advance(Duration.ofSeconds(5));

        assertThat(desired()).isEqualTo(object("a", "1"));
        assertThat(source.read().orElseThrow().reported()).isNull();
    }

    @Test
    void a_damaged_backup_is_no_backup() throws Exception {
        disk.put("backup.json", "{\"version\":1,\"deploy".getBytes(StandardCharsets.UTF_8));
        time.advance(Duration.ofSeconds(5));

        assertThat(source.read()).isEmpty();
    }

    @Test
    void a_document_is_kept_once() throws IOException, InterruptedException {
        hub.connect();
        TwinDocument document = source.read().orElseThrow();

        source.keep(document);
        source.keep(document);

        assertThat(disk.writes()).isEqualTo(1);
        assertThat(disk.list()).containsExactly("backup.json");
    }

    private ObjectNode desired() throws InterruptedException {
        return source.read().orElseThrow().desired();
    }

    private TwinSource source() {
        return new TwinSource(
                hub,
                IdentityId.module("d", IdentityId.EDGE_AGENT),
                _ -> "token",
                disk,
                time,
                Duration.ofHours(1),
                () -> {},
                (_, answer) -> answer.accept(new MethodResult(200, new byte[0])));
    }

    private static ObjectNode object(String name, String value) {
        return JsonNodeFactory.instance.objectNode().put(name, value);
    }
}
