package kant.edgeagent.desired;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import kant.edgeagent.state.JsonFile;
import kant.world.Disk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last deployment that was good, so that a device that boots with no link starts what it ran:
 * {@code {"version":N,"deploymentConfig":{…}}} as in the original, but in plain text in a file of mode 0600.
 */
final class Backup {
    private static final Logger log = LoggerFactory.getLogger(Backup.class);

    private final JsonFile file;
    private @Nullable TwinDocument kept;

    Backup(Disk disk) {
        file = new JsonFile(disk, "backup.json");
    }

    /** The document of a file in this form; empty where it has none. */
    static Optional<TwinDocument> document(ObjectNode json) {
        return json.get("deploymentConfig") instanceof ObjectNode desired
                ? Optional.of(new TwinDocument(desired, json.path("version").asLong(), null, 0))
                : Optional.empty();
    }

    /** The last good one, from this or an earlier run; empty if there is none that can be read. */
    Optional<TwinDocument> lastGood() {
        if (kept == null) {
            try {
                kept = file.read().flatMap(Backup::document).orElse(null);
            } catch (IOException e) {
                log.atError().addKeyValue("reason", e.getMessage()).log("the last good deployment cannot be read");
            }
        }
        return Optional.ofNullable(kept);
    }

    /** Keeps it, unless it is kept already. */
    void keep(TwinDocument good) throws IOException {
        if (kept != null && kept.version() == good.version() && kept.desired().equals(good.desired())) {
            return;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", good.version());
        json.set("deploymentConfig", good.desired());
        file.write(json);
        kept = good;
    }
}
