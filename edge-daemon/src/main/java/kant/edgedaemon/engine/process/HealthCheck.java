package kant.edgedaemon.engine.process;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kant.edgedaemon.engine.EngineException;
import org.jspecify.annotations.Nullable;

/**
 * How to tell whether a running module is well, in the words of Docker's {@code Healthcheck}: a command whose exit code 0 means yes.
 *
 * @param interval from the end of one check to the beginning of the next
 * @param timeout after which a check has failed
 * @param startPeriod after a start, in which failures do not count
 * @param retries how many failures in a row make a module unhealthy, at least 1
 */
record HealthCheck(List<String> command, Duration interval, Duration timeout, Duration startPeriod, int retries) {
    private static final Duration USUAL = Duration.ofSeconds(30);
    private static final int USUAL_RETRIES = 3;

    HealthCheck {
        command = List.copyOf(command);
    }

    /**
     * Reads a {@code Healthcheck}; where it leaves something out, Docker's defaults hold.
     *
     * @param where its place, for the refusal
     * @return null for none: {@code {"Test":["NONE"]}}, or nothing there
     */
    static @Nullable HealthCheck parse(JsonNode json, String where) throws EngineException {
        if (json.isMissingNode() || json.isNull() || json.isEmpty()) {
            return null;
        }
        List<String> test = new ArrayList<>();
        json.path("Test").forEach(word -> test.add(word.asText()));
        String kind = test.isEmpty() ? "" : test.removeFirst();
        return switch (kind) {
            case "NONE" -> null;
            case "CMD" -> of(required(test, where), json, where);
            case "CMD-SHELL" -> of(List.of("/bin/sh", "-c", String.join(" ", required(test, where))), json, where);
            default ->
                throw EngineException.badSpec(
                        where + ".Test must be [\"CMD\", …], [\"CMD-SHELL\", \"…\"] or [\"NONE\"]");
        };
    }

    private static HealthCheck of(List<String> command, JsonNode json, String where) throws EngineException {
        return new HealthCheck(
                command,
                time(json, "Interval", USUAL, where),
                time(json, "Timeout", USUAL, where),
                time(json, "StartPeriod", Duration.ZERO, where),
                (int) number(json, "Retries", USUAL_RETRIES, where));
    }

    private static List<String> required(List<String> test, String where) throws EngineException {
        if (test.isEmpty()) {
            throw EngineException.badSpec(where + ".Test names no command");
        }
        return test;
    }

    private static Duration time(JsonNode json, String name, Duration usual, String where) throws EngineException {
        return Duration.ofNanos(number(json, name, usual.toNanos(), where));
    }

    /** A zero means the default, as in Docker. */
    private static long number(JsonNode json, String name, long usual, String where) throws EngineException {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull() || value.asLong() == 0 && value.isIntegralNumber()) {
            return usual;
        }
        if (!value.isIntegralNumber() || value.asLong() < 0) {
            throw EngineException.badSpec(
                    where + "." + name + " = " + value + " is not a positive whole number (times are in nanoseconds)");
        }
        return value.asLong();
    }
}
