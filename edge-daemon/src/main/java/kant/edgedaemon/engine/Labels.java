package kant.edgedaemon.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/** The labels that mark a module as ours (reference/agent.md §5.2); the prefix is reserved. */
public final class Labels {
    public static final String OWNER = "net.azure-devices.edge.owner";
    public static final String OWNER_VALUE = "Microsoft.Azure.Devices.Edge.Agent";
    /** Which of our daemons made it, by its data folder: two may share an engine and must not take one another's modules. */
    public static final String DAEMON = "kant.daemon";

    public static final String ORIGINAL_IMAGE = "net.azure-devices.edge.original-image";

    private Labels() {}

    /** The user's labels with ours over them. */
    public static Map<String, String> with(Map<String, String> users, String image) {
        Map<String, String> labels = new LinkedHashMap<>(users);
        labels.put(OWNER, OWNER_VALUE);
        labels.put(ORIGINAL_IMAGE, image);
        return labels;
    }
}
