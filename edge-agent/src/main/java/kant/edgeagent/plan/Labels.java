package kant.edgeagent.plan;

/** Labels by which a module carries what it was made from, so that the engine itself is the memory. */
public final class Labels {
    /** {@link Fingerprint} of the spec that a module was made from. */
    public static final String FINGERPRINT = "kant.spec";

    /** On the agent: its create options before anything was injected (reference/agent.md §5.2). */
    public static final String CREATE_OPTIONS = "net.azure-devices.edge.create-options";

    /** On the agent: its environment as in the manifest. */
    public static final String ENV = "net.azure-devices.edge.env";

    private Labels() {}
}
