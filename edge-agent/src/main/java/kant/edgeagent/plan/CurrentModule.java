package kant.edgeagent.plan;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import kant.model.deployment.RuntimeStatus;
import org.jspecify.annotations.Nullable;

/**
 * One module as the engine has it now.
 *
 * @param image as its creator named it
 * @param imageHash the engine's id of the image; null where it has none
 * @param status the engine's own word, before any restart policy
 * @param startTime of the latest start; null before the first
 * @param exit of the latest run; null while there was none
 * @param description what the engine says for people; null where it says nothing
 */
public record CurrentModule(
        String name,
        String image,
        @Nullable String imageHash,
        Map<String, String> labels,
        RuntimeStatus status,
        @Nullable Instant startTime,
        @Nullable Exit exit,
        @Nullable String description) {

    /** How and when a run ended. */
    public record Exit(int code, Instant time) {}

    public CurrentModule {
        labels = Map.copyOf(labels);
    }

    public Optional<String> label(String labelName) {
        return Optional.ofNullable(labels.get(labelName));
    }

    /** The same, nobody knowing how it is. */
    public CurrentModule unknown() {
        return as(RuntimeStatus.UNKNOWN);
    }

    /** The same with another status. */
    public CurrentModule as(RuntimeStatus other) {
        return new CurrentModule(name, image, imageHash, labels, other, startTime, exit, description);
    }

    /** Whether a process of it exists, healthy or not. */
    boolean alive() {
        return status == RuntimeStatus.RUNNING || status == RuntimeStatus.UNHEALTHY || status == RuntimeStatus.UNKNOWN;
    }
}
