package kant.edgeagent.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import kant.edgeagent.desired.TwinDocument;
import kant.edgeagent.state.JsonFile;
import kant.world.Disk;
import org.jspecify.annotations.Nullable;

/**
 * {@code {"proven":{"version":N,"deploymentConfig":{…}},"rolledBack":{"version":N,"to":N,"reason":"…"}}}, both where there is one.
 */
final class TrialFile {
    private static final String NAME = "trial.json";

    private final JsonFile file;

    /**
     * What outlives a restart.
     *
     * @param proven the last deployment that passed its trial
     * @param rollback the last one that did not, while it is the newest
     */
    record Content(@Nullable TwinDocument proven, @Nullable Rollback rollback) {}

    TrialFile(Disk disk) {
        file = new JsonFile(disk, NAME);
    }

    Content read() throws IOException {
        ObjectNode json = file.read().orElseGet(JsonNodeFactory.instance::objectNode);
        JsonNode proven = json.path("proven");
        JsonNode back = json.path("rolledBack");
        return new Content(
                proven.path("deploymentConfig") instanceof ObjectNode desired
                        ? new TwinDocument(desired, proven.path("version").asLong(), null, 0)
                        : null,
                back.isObject()
                        ? new Rollback(
                                back.path("version").asLong(),
                                back.path("to").asLong(),
                                back.path("reason").asText())
                        : null);
    }

    void write(Content content) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (content.proven() != null) {
            json.putObject("proven")
                    .put("version", content.proven().version())
                    .set("deploymentConfig", content.proven().desired());
        }
        if (content.rollback() != null) {
            json.putObject("rolledBack")
                    .put("version", content.rollback().version())
                    .put("to", content.rollback().to())
                    .put("reason", content.rollback().reason());
        }
        file.write(json);
    }
}
