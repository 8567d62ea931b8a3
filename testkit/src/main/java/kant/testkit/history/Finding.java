package kant.testkit.history;

/** A broken promise. */
public enum Finding {
    /** Acknowledged, and never arrived. */
    MISSING,
    /** Arrived for the first time behind a message that was sent later. */
    OUT_OF_ORDER,
    /** Arrived more often than crashes and sendings explain. */
    UNEXPLAINED_REPEAT,
    /** Arrived where it was not sent to, or was never sent at all. */
    PHANTOM,
    /** Arrived although its sender was told that it was refused. */
    REFUSED_AND_ARRIVED
}
