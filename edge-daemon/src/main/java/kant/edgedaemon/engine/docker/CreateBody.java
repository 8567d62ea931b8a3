package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.daemonapi.management.ModuleSpec;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.EnvMerge;
import kant.edgedaemon.engine.Labels;

/**
 * The body of {@code POST /containers/create}: the manifest's create options as they are, with image, environment and labels set
 * (reference/agent.md §5.3).
 */
final class CreateBody {
    private static final String HOST = "host";

    private final boolean elevatedAllowed;
    private final String home;

    /** @param home which daemon makes the container */
    CreateBody(boolean elevatedAllowed, String home) {
        this.elevatedAllowed = elevatedAllowed;
        this.home = home;
    }

    ObjectNode of(ModuleSpec spec) throws EngineException {
        ObjectNode body = spec.createOptions().deepCopy();
        body.put("Image", spec.image());
        var env = body.arrayNode();
        EnvMerge.lines(EnvMerge.merge(spec.env(), body.path("Env"))).forEach(env::add);
        body.set("Env", env);
        Map<String, String> users = new LinkedHashMap<>();
        body.path("Labels")
                .properties()
                .forEach(label -> users.put(label.getKey(), label.getValue().asText()));
        ObjectNode labels = body.putObject("Labels");
        Labels.with(users, spec.image()).forEach(labels::put);
        labels.put(Labels.DAEMON, home);
        useHostNetworkWhereAttachedToIt(body);
        if (!elevatedAllowed) {
            takePrivileges(body);
        }
        return body;
    }

    /**
     * A container attached to the network "host" shares the machine's, which the engine wants said in {@code NetworkMode} too, and
     * where aliases mean nothing. The agent, which knows a network's name only, attaches modules to it like to any other.
     */
    private static void useHostNetworkWhereAttachedToIt(ObjectNode body) throws EngineException {
        JsonNode endpoints = body.path("NetworkingConfig").path("EndpointsConfig");
        if (endpoints.size() != 1 || !endpoints.has(HOST)) {
            return;
        }
        ObjectNode hostConfig = hostConfig(body);
        String mode = hostConfig.path("NetworkMode").asText(HOST);
        if (mode.equals(HOST) || mode.equals("default")) {
            hostConfig.put("NetworkMode", HOST);
            body.remove("NetworkingConfig");
        }
    }

    private static void takePrivileges(ObjectNode body) throws EngineException {
        ObjectNode hostConfig = hostConfig(body);
        hostConfig.put("Privileged", false);
        hostConfig.remove("CapAdd");
        var drop = hostConfig.withArray("CapDrop");
        for (String capability : new String[] {"CHOWN", "SETUID"}) {
            drop.add(capability);
        }
    }

    private static ObjectNode hostConfig(ObjectNode body) throws EngineException {
        JsonNode existing = body.path("HostConfig");
        if (existing instanceof ObjectNode object) {
            return object;
        }
        if (existing.isMissingNode() || existing.isNull()) {
            return body.putObject("HostConfig");
        }
        throw EngineException.badSpec("createOptions.HostConfig must be an object");
    }
}
