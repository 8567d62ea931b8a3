package kant.edgeagent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import kant.edgeagent.plan.Memories;
import kant.edgeagent.plan.ModuleMemory;
import kant.edgeagent.sim.SimDisk;
import kant.model.deployment.RuntimeStatus;
import kant.world.FileDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
    private final SimDisk disk = new SimDisk();

    @Test
    void a_shorter_object_replaces_a_longer_one() throws Exception {
        var file = new JsonFile(disk, "f.json");
        file.write(JsonNodeFactory.instance.objectNode().put("long", "x".repeat(1000)));
        file.write(JsonNodeFactory.instance.objectNode().put("s", 1));

        assertThat(file.read().orElseThrow().toString()).isEqualTo("{\"s\":1}");
        assertThat(disk.list()).containsExactly("f.json");
    }

    @Test
    void a_failed_write_leaves_the_old_object() throws Exception {
        var file = new JsonFile(disk, "f.json");
        file.write(JsonNodeFactory.instance.objectNode().put("old", 1));
        disk.full(true);

        assertThatThrownBy(() -> file.write(JsonNodeFactory.instance.objectNode()))
                .hasMessageContaining("No space");
        assertThat(file.read().orElseThrow().has("old")).isTrue();
    }

    @Test
    void damage_is_named() {
        disk.put("f.json", "[1]".getBytes(StandardCharsets.UTF_8));
        disk.put("modules.json", "{\"m\":{\"lastRestartTimeUtc\":\"noon\"}}".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> new JsonFile(disk, "f.json").read()).hasMessageContaining("\"f.json\" is damaged");
        assertThatThrownBy(() -> new MemoryFile(disk).read()).hasMessageContaining("\"modules.json\" is damaged");
    }

    @Test
    void memories_come_back_as_they_were() throws Exception {
        var memories = new Memories(Map.of(
                "a",
                new ModuleMemory(3, Instant.parse("2026-08-21T10:00:00Z"), RuntimeStatus.STOPPED),
                "b",
                ModuleMemory.NONE));
        var file = new MemoryFile(disk);
        assertThat(file.read()).isEqualTo(Memories.none());

        file.write(memories);

        assertThat(file.read()).isEqualTo(memories);
    }

    @Test
    void files_are_for_their_owner_only(@TempDir Path folder) throws Exception {
        Path own = folder.resolve("edgeAgent");
        new JsonFile(new FileDisk(own), "f.json").write(JsonNodeFactory.instance.objectNode());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own.resolve("f.json"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                .isEqualTo("rwx------");
    }
}
