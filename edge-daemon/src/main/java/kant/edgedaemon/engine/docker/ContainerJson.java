package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import kant.daemonapi.management.Health;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.ModuleStatus;
import kant.edgedaemon.engine.Labels;
import org.jspecify.annotations.Nullable;

/** The engine's description of a container in the words of the management API (reference/daemon.md §2.2). */
final class ContainerJson {
    /** What the engine writes for "never". */
    private static final String ZERO_TIME = "0001-01-01";

    private ContainerJson() {}

    static ModuleDetails details(JsonNode container) {
        String name = container.path("Name").asText().replaceFirst("^/", "");
        JsonNode labels = container.path("Config").path("Labels");
        ObjectNode ownLabels =
                labels instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        return ModuleDetails.read(
                name,
                labels.path(Labels.ORIGINAL_IMAGE).asText(name),
                container.path("Image").asText(null),
                ownLabels,
                status(container.path("State")));
    }

    static ModuleStatus status(JsonNode json) {
        int code = json.path("ExitCode").asInt();
        Instant finished = time(json.path("FinishedAt"));
        ModuleState state = state(json.path("Status").asText(), code);
        return new ModuleStatus(
                state,
                time(json.path("StartedAt")),
                finished == null ? null : new ModuleStatus.Exit(code, finished),
                state == ModuleState.FAILED && json.path("OOMKilled").asBoolean()
                        ? "out of memory: killed at its limit"
                        : null,
                state == ModuleState.RUNNING // an ended container keeps its last result
                        ? Health.parse(json.path("Health").path("Status").asText(null))
                        : null);
    }

    /** In Docker's words and those that Podman has for moments in between. */
    private static ModuleState state(String status, int exitCode) {
        return switch (status) {
            case "created", "paused", "restarting", "initialized", "configured" -> ModuleState.STOPPED;
            case "exited", "removing", "stopped" -> exitCode == 0 ? ModuleState.STOPPED : ModuleState.FAILED;
            case "running", "stopping" -> ModuleState.RUNNING;
            case "dead" -> ModuleState.DEAD;
            default -> ModuleState.UNKNOWN;
        };
    }

    private static @Nullable Instant time(JsonNode text) {
        if (!text.isTextual() || text.textValue().startsWith(ZERO_TIME)) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text.textValue()).toInstant();
        } catch (DateTimeException _) {
            return null; // an engine with another idea of time: better no time than no module
        }
    }
}
