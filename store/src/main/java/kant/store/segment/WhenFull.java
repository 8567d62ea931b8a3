package kant.store.segment;

/** What a log does with a record it has no room for. */
public enum WhenFull {
    /** Refuses the new one. */
    REFUSE,
    /** Gives up its oldest segment. */
    DROP_OLDEST
}
