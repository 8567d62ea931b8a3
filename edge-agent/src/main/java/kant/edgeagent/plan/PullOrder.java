package kant.edgeagent.plan;

/** When images are pulled ({@code ModuleUpdateMode}). */
public enum PullOrder {
    /** With each module: one that cannot be pulled does not hold up the others. */
    NON_BLOCKING,
    /** All before anything else is done; nothing is done if one fails. */
    WAIT_FOR_ALL_PULLS
}
