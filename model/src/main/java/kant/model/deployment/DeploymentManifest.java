package kant.model.deployment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a device should run, checked and with defaults filled in.
 *
 * @param modules by name, the system modules included where the manifest has them, in the manifest's order
 */
public record DeploymentManifest(String schemaVersion, RuntimeSpec runtime, Map<String, DesiredModule> modules) {

    /** The agent's name for the engine. */
    public static final String EDGE_AGENT = "edgeAgent";

    /** The hub's name for the engine. */
    public static final String EDGE_HUB = "edgeHub";

    public DeploymentManifest {
        modules = Collections.unmodifiableMap(new LinkedHashMap<>(modules));
    }

    public Optional<DesiredModule> module(String name) {
        return Optional.ofNullable(modules.get(name));
    }

    /**
     * The manifest with {@code $upstream:<port>} at the start of images and registry addresses replaced by the parent's
     * host, as nested devices need it.
     */
    public DeploymentManifest withParentHost(String host) {
        Map<String, DesiredModule> renamed = new LinkedHashMap<>();
        modules.forEach((name, spec) -> renamed.put(name, spec.withImage(ImageReference.onParent(spec.image(), host))));
        Map<String, RegistryCredential> credentials = new LinkedHashMap<>();
        runtime.registryCredentials()
                .forEach((label, c) -> credentials.put(
                        label,
                        new RegistryCredential(
                                ImageReference.onParent(c.address(), host), c.username(), c.password())));
        return new DeploymentManifest(
                schemaVersion,
                new RuntimeSpec(runtime.minDockerVersion(), runtime.loggingOptions(), credentials),
                renamed);
    }
}
