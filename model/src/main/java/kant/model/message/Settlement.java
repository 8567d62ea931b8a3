package kant.model.message;

/** What a client does with a delivery. */
public enum Settlement {
    /** Taken: complete. */
    ACCEPTED,
    /** Never wanted again: dead-letter. */
    REJECTED,
    /** Give it back: deliver again later. */
    RELEASED,
    /** The client itself gave it back: deliver again later, but not for ever. */
    ABANDONED
}
