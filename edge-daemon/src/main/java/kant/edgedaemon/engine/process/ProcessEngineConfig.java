package kant.edgedaemon.engine.process;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the process engine is told.
 *
 * @param data the daemon's data folder
 * @param catalogue of bundles; null where there is none
 * @param java the daemon's own java, for bundles that want it
 * @param path the {@code PATH} that modules get
 * @param injection what the agent injects into every module
 */
public record ProcessEngineConfig(Path data, @Nullable Path catalogue, String java, String path, Injection injection) {

    /** The sockets that the agent binds, the network it attaches to, and the user that modules run as. */
    public record Injection(Path socketFolder, Path managementSocket, String network, String user) {}

    ProcessOptions.Injected injected() {
        return new ProcessOptions.Injected(
                injection.socketFolder().toString(),
                injection.managementSocket().toString(),
                injection.network(),
                injection.user());
    }
}
