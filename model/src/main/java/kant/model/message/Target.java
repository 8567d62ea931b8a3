package kant.model.message;

/**
 * Where one message goes.
 *
 * @param endpoint {@code iothub} for the parent, {@code device/module/input} for a module's input
 * @param priority 0 (highest) to 9, or {@link #DEFAULT_PRIORITY}
 * @param ttlMillis how long the message may wait, in milliseconds; {@link #FOREVER} without end
 */
public record Target(String endpoint, long priority, long ttlMillis, Policy policy) {
    /** edgeHub's default priority, below all of 0-9. */
    public static final long DEFAULT_PRIORITY = 2_000_000_000L;

    public static final long FOREVER = -1;

    /** The endpoint id of the parent hub. */
    public static final String UPSTREAM = "iothub";

    /** With the policy of a route that asks for none. */
    public Target(String endpoint, long priority, long ttlMillis) {
        this(endpoint, priority, ttlMillis, Policy.DEFAULT);
    }
}
