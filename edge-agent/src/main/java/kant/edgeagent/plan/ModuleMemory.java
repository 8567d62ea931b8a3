package kant.edgeagent.plan;

import java.time.Instant;
import kant.model.deployment.RuntimeStatus;
import org.jspecify.annotations.Nullable;

/**
 * What the agent remembers of a module because no engine knows it.
 *
 * @param restarts since the module was last healthy for long, or changed
 * @param lastRestart null where there was none
 * @param wished the status that the last applied manifest wished for; null before the first
 */
public record ModuleMemory(
        int restarts,
        @Nullable Instant lastRestart,
        @Nullable RuntimeStatus wished) {

    /** Of a module never seen before. */
    public static final ModuleMemory NONE = new ModuleMemory(0, null, null);

    /** After one more restart. */
    public ModuleMemory restarted(Instant now) {
        return new ModuleMemory(restarts + 1, now, wished);
    }

    /** With the restarts forgotten. */
    public ModuleMemory calm() {
        return new ModuleMemory(0, null, wished);
    }

    public ModuleMemory wishing(RuntimeStatus status) {
        return new ModuleMemory(restarts, lastRestart, status);
    }
}
