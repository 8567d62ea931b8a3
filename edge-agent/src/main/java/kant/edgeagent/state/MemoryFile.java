package kant.edgeagent.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import kant.edgeagent.plan.Memories;
import kant.edgeagent.plan.ModuleMemory;
import kant.model.deployment.RuntimeStatus;
import kant.world.Disk;
import org.jspecify.annotations.Nullable;

/**
 * The agent's memory of modules across restarts: {@code {"<module>":{"restartCount":n,"lastRestartTimeUtc":"…",
 * "status":"running"}}}, the last two where known.
 */
public final class MemoryFile {
    private static final String NAME = "modules.json";

    private final JsonFile file;

    public MemoryFile(Disk disk) {
        file = new JsonFile(disk, NAME);
    }

    public Memories read() throws IOException {
        Map<String, ModuleMemory> modules = new HashMap<>();
        for (var entry :
                file.read().orElseGet(JsonNodeFactory.instance::objectNode).properties()) {
            modules.put(entry.getKey(), module(entry.getValue()));
        }
        return new Memories(modules);
    }

    public void write(Memories memories) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        memories.byModule().forEach((name, memory) -> json.set(name, json(memory)));
        file.write(json);
    }

    private static ObjectNode json(ModuleMemory memory) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("restartCount", memory.restarts());
        if (memory.lastRestart() != null) {
            json.put("lastRestartTimeUtc", memory.lastRestart().toString());
        }
        if (memory.wished() != null) {
            json.put("status", memory.wished().word());
        }
        return json;
    }

    private static ModuleMemory module(JsonNode json) throws IOException {
        return new ModuleMemory(
                Math.max(0, json.path("restartCount").asInt()),
                instant(json.path("lastRestartTimeUtc")),
                RuntimeStatus.parse(json.path("status").asText()).orElse(null));
    }

    private static @Nullable Instant instant(JsonNode json) throws IOException {
        try {
            return json.isTextual() ? Instant.parse(json.textValue()) : null;
        } catch (DateTimeException e) {
            throw new IOException("\"" + NAME + "\" is damaged: " + e.getMessage(), e);
        }
    }
}
