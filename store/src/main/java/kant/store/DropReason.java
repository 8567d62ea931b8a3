package kant.store;

/** The reasons under which the store itself drops messages. */
public final class DropReason {
    /** The endpoint's routes are gone. */
    public static final String ROUTE_REMOVED = "route-removed";

    /** Accepted, but its record is damaged or missing. */
    public static final String DAMAGED = "damaged";

    private DropReason() {}
}
