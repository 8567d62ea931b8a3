package kant.edgeagent.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import kant.edgeagent.plan.Fingerprint;
import kant.edgeagent.plan.Labels;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.model.json.JsonText;
import org.jspecify.annotations.Nullable;

/** A module's create options with labels, sockets and network added (reference/agent.md §5.2, §5.3). */
final class InjectedOptions {
    private static final String UNIX = "unix://";
    private static final String HOST_NETWORK = "host";

    private final ModuleEnvironment given;
    private final Fingerprint fingerprint;

    InjectedOptions(ModuleEnvironment given, Fingerprint fingerprint) {
        this.given = given;
        this.fingerprint = fingerprint;
    }

    /** @throws IOException where the manifest's options have another type at a place that something is added to */
    ObjectNode of(DesiredModule module) throws IOException {
        ObjectNode options = module.createOptions().json();
        addLabels(object(options, "Labels"), module);
        addSockets(options, module);
        addNetwork(options, module);
        return options;
    }

    private void addLabels(ObjectNode labels, DesiredModule module) {
        labels.put(Labels.FINGERPRINT, fingerprint.of(module));
        if (module.name().equals(DeploymentManifest.EDGE_AGENT)) {
            labels.put(Labels.CREATE_OPTIONS, module.createOptions().text());
            labels.put(Labels.ENV, JsonText.write(module.envJson()));
        }
    }

    private void addSockets(ObjectNode options, DesiredModule module) throws IOException {
        String workload = path(given.workloadUri());
        String management = path(given.managementUri());
        if (workload != null) {
            String folder = path(given.workloadListenUri());
            String own = folder == null ? workload : folder + "/" + module.name() + ".sock";
            binds(options).add(own + ":" + workload);
        }
        if (management != null && module.name().equals(DeploymentManifest.EDGE_AGENT)) {
            binds(options).add(management + ":" + management);
        }
    }

    private void addNetwork(ObjectNode options, DesiredModule module) throws IOException {
        String network = given.networkId();
        if (network == null
                || options.path("NetworkingConfig").path("EndpointsConfig").isObject()) {
            return;
        }
        if (network.equals(HOST_NETWORK)) { // the engine knows this one by its mode, and has no aliases on it
            ObjectNode hostConfig = object(options, "HostConfig");
            if (!hostConfig.hasNonNull("NetworkMode")) {
                hostConfig.put("NetworkMode", HOST_NETWORK);
            }
            return;
        }
        ObjectNode endpoint =
                object(object(options, "NetworkingConfig"), "EndpointsConfig").putObject(network);
        if (module.name().equals(DeploymentManifest.EDGE_HUB)) {
            endpoint.putArray("Aliases").add(given.deviceHostName());
        }
    }

    private static ArrayNode binds(ObjectNode options) throws IOException {
        ObjectNode hostConfig = object(options, "HostConfig");
        JsonNode binds = hostConfig.get("Binds");
        if (binds == null || binds.isNull()) {
            return hostConfig.putArray("Binds");
        }
        if (binds instanceof ArrayNode array) {
            return array;
        }
        throw new IOException("createOptions: \"Binds\" must be an array");
    }

    private static ObjectNode object(ObjectNode parent, String name) throws IOException {
        JsonNode node = parent.get(name);
        if (node == null || node.isNull()) {
            return parent.putObject(name);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new IOException("createOptions: \"" + name + "\" must be an object");
    }

    private static @Nullable String path(@Nullable String uri) {
        return uri != null && uri.startsWith(UNIX) ? uri.substring(UNIX.length()) : null;
    }
}
