package kant.edgedaemon.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** The {@code StopTimeout} of create options, in seconds. */
public final class StopTimeout {
    /** The agent waits five minutes for an answer, the end of the module included. */
    private static final long MOST_SECONDS = 240;

    private StopTimeout() {}

    /**
     * As long as the options say, within bounds.
     *
     * @param usual where they say nothing, or less than nothing, which asks to wait for ever
     */
    public static Duration of(JsonNode options, Duration usual) {
        JsonNode seconds = options.path("StopTimeout");
        return seconds.isIntegralNumber() && seconds.longValue() >= 0
                ? Duration.ofSeconds(Math.min(seconds.longValue(), MOST_SECONDS))
                : usual;
    }
}
