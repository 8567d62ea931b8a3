package kant.edgehub.method;

import java.time.Duration;

/** Counts method calls that were answered. */
public interface MethodMeter {
    /** The caller where the call came from the parent. */
    String UPSTREAM = "upstream";

    /**
     * A client, or the hub, has answered.
     *
     * @param from the caller's id, or {@link #UPSTREAM}
     * @param to the id of who answered
     */
    void answered(String from, String to, Duration took);
}
