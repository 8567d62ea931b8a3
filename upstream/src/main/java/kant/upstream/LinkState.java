package kant.upstream;

/** Whether the parent can be reached. */
public enum LinkState {
    /** Not connected; the next attempt waits for its time. */
    DOWN,
    /** An attempt is under way, or waits for its turn. */
    CONNECTING,
    /** Connected, with all subscriptions restored. */
    UP,
    /** Finishing what is in flight before the connection is closed on purpose. */
    DRAINING
}
