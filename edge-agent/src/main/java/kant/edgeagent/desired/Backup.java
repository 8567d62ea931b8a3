package kant.edgeagent.desired;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import kant.edgeagent.state.JsonFile;
import kant.world.Disk;

/**
 * The last deployment that was good, so that a device that boots with no link starts what it ran:
 * {@code {"version":N,"deploymentConfig":{…}}} as in the original, but in plain text in a file of mode 0600.
 */
final class Backup {
    private final JsonFile file;

    Backup(Disk disk) {
        file = new JsonFile(disk, "backup.json");
    }

    Optional<TwinDocument> read() throws IOException {
        return file.read()
                .flatMap(json -> json.get("deploymentConfig") instanceof ObjectNode desired
                        ? Optional.of(
                                new TwinDocument(desired, json.path("version").asLong(), null, 0))
                        : Optional.empty());
    }

    void write(TwinDocument document) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", document.version());
        json.set("deploymentConfig", document.desired());
        file.write(json);
    }
}
