package kant.edgeagent.run;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import kant.daemonapi.management.Identity;
import org.jspecify.annotations.Nullable;

/** The module identities that the registry has, read once for a plan, by the first step that wants to know. Any thread. */
final class Identities {
    private final ModuleDaemon daemon;
    private final Map<String, Identity> byModuleId = new HashMap<>();
    private boolean read;
    private @Nullable IOException failure;

    Identities(ModuleDaemon daemon) {
        this.daemon = daemon;
    }

    /** One of them. A list that cannot be read fails each step that needs it, not the others. */
    synchronized @Nullable Identity find(String moduleId) throws IOException {
        if (!read) {
            read = true;
            read();
        }
        if (failure != null) {
            throw failure;
        }
        return byModuleId.get(moduleId);
    }

    private void read() {
        try {
            daemon.identities().forEach(identity -> byModuleId.put(identity.moduleId(), identity));
        } catch (IOException e) {
            failure = e;
        }
    }
}
