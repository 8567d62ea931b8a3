package kant.daemonapi.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import kant.daemonapi.Fields;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * What the engine says of a module now.
 *
 * @param startTime of the latest start; null before the first
 * @param exit of the latest run; null while there was none
 * @param description for people; null where there is nothing to say
 * @param health of a running module that has a health check; else null. It stands beside the status word, not in its place:
 *     the original's agent, which knows no such word, still finds a running module
 */
public record ModuleStatus(
        ModuleState state,
        @Nullable Instant startTime,
        @Nullable Exit exit,
        @Nullable String description,
        @Nullable Health health) {

    /** Of a module that has no health check, or does not run. */
    public ModuleStatus(
            ModuleState state, @Nullable Instant startTime, @Nullable Exit exit, @Nullable String description) {
        this(state, startTime, exit, description, null);
    }

    /** How and when a run ended. */
    public record Exit(int code, Instant time) {}

    /** A module that was never started. */
    public static ModuleStatus neverStarted() {
        return new ModuleStatus(ModuleState.STOPPED, null, null, null);
    }

    public static ModuleStatus parse(JsonNode json) throws RefusedException {
        JsonNode runtime = Fields.object(json, "runtimeStatus");
        return new ModuleStatus(
                ModuleState.parse(Fields.text(runtime, "status")),
                Fields.instantOrNull(json, "startTime"),
                exit(json.path("exitStatus")),
                Fields.textOrNull(runtime, "description"),
                Health.parse(Fields.textOrNull(runtime, "health")));
    }

    /** Times end in {@code Z}; absent ones are left out. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (startTime != null) {
            json.put("startTime", startTime.toString());
        }
        if (exit != null) {
            json.putObject("exitStatus")
                    .put("exitTime", exit.time().toString())
                    .put("statusCode", Integer.toString(exit.code()));
        }
        ObjectNode runtime = json.putObject("runtimeStatus").put("status", state.text());
        if (description != null) {
            runtime.put("description", description);
        }
        if (health != null) {
            runtime.put("health", health.text());
        }
        return json;
    }

    private static @Nullable Exit exit(JsonNode json) throws RefusedException {
        Instant time = json.isObject() ? Fields.instantOrNull(json, "exitTime") : null;
        if (time == null) {
            return null;
        }
        String code = Fields.text(json, "statusCode");
        try {
            return new Exit(Integer.parseInt(code), time);
        } catch (NumberFormatException _) {
            throw new RefusedException(new Refusal.Invalid("statusCode \"" + code + "\" is not a number"));
        }
    }
}
