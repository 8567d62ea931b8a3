package kant.edgeagent.run;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kant.daemonapi.management.Identity;
import org.jspecify.annotations.Nullable;

/** The module identities that the registry has, read once for a plan and kept up to date while it runs. */
final class Identities {
    private final Map<String, Identity> byModuleId = new ConcurrentHashMap<>();
    private final @Nullable IOException failure;

    private Identities(@Nullable IOException failure) {
        this.failure = failure;
    }

    /** None: for plans that need none. */
    static Identities unread() {
        return new Identities(null);
    }

    /** A list that cannot be read fails each step that needs it, not the others. */
    static Identities read(ModuleDaemon daemon) {
        try {
            var identities = new Identities(null);
            daemon.identities().forEach(identities::put);
            return identities;
        } catch (IOException e) {
            return new Identities(e);
        }
    }

    void put(Identity identity) {
        byModuleId.put(identity.moduleId(), identity);
    }

    void remove(String moduleId) {
        byModuleId.remove(moduleId);
    }

    @Nullable
    Identity find(String moduleId) throws IOException {
        if (failure != null) {
            throw failure;
        }
        return byModuleId.get(moduleId);
    }
}
