package kant.store;

/** The reasons under which the store itself drops messages. */
public final class DropReason {
    /** The endpoint's routes are gone. */
    public static final String ROUTE_REMOVED = "route-removed";

    /** Accepted, but its record is damaged or missing. */
    public static final String DAMAGED = "damaged";

    /** Given up for newer messages, as its route asks when the store is full. */
    public static final String EVICTED_OLDEST = "evicted-oldest";

    /** Given up for messages of a higher priority, as its route asks when the store is full. */
    public static final String EVICTED_PRIORITY = "evicted-priority";

    private DropReason() {}
}
