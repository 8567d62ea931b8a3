package kant.edgeagent.report;

import java.util.Map;
import java.util.Set;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.plan.Memories;
import kant.edgeagent.run.ModuleDaemon.Platform;
import kant.model.deployment.DeploymentManifest;
import org.jspecify.annotations.Nullable;

/**
 * Everything a report is made of, at one moment.
 *
 * @param desiredVersion of the last manifest that went through planning
 * @param applied the manifest that the modules are kept to; null before the first
 * @param troubles what keeps a wished module from existing, by module
 * @param downloading modules whose images are being fetched
 * @param platform null while the daemon has not told it
 */
public record DeviceView(
        long desiredVersion,
        DesiredStatus status,
        @Nullable DeploymentManifest applied,
        Map<String, CurrentModule> current,
        Memories memories,
        Map<String, Trouble> troubles,
        Set<String> downloading,
        @Nullable Platform platform) {

    /**
     * Why a module cannot be made.
     *
     * @param givenUp whether it is not tried again until the manifest changes
     */
    public record Trouble(String message, boolean givenUp) {}

    public DeviceView {
        current = Map.copyOf(current);
        troubles = Map.copyOf(troubles);
        downloading = Set.copyOf(downloading);
    }
}
