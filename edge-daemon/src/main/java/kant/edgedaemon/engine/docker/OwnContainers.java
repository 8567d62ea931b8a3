package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.Labels;
import kant.model.json.JsonText;

/** The containers of an engine that are this daemon's modules: others of the machine are none of our business. */
final class OwnContainers {
    private static final int CONFLICT = 409;
    /** In the engine's words, those without processes. */
    private static final Set<String> ENDED = Set.of("created", "exited", "dead");

    private final DockerClient docker;
    private final String home;

    /** @param home the daemon's data folder, which its containers' labels name */
    OwnContainers(DockerClient docker, String home) {
        this.docker = docker;
        this.home = home;
    }

    /** The whole description of a module's container. */
    JsonNode get(String module) throws EngineException {
        JsonNode container = docker.get("/containers/" + DockerClient.encode(module) + "/json");
        JsonNode labels = container.path("Config").path("Labels");
        if (!labels.path(Labels.OWNER).asText().equals(Labels.OWNER_VALUE)) {
            throw EngineException.noModule(module);
        }
        if (isAnothers(labels)) {
            throw new EngineException(
                    CONFLICT,
                    "container \"" + module
                            + "\" belongs to another edge daemon on this engine, the one with the data folder \""
                            + labels.path(Labels.DAEMON).asText() + "\"; stop that one, or remove the container",
                    null);
        }
        return container;
    }

    /** Short descriptions of all, running or not. */
    List<JsonNode> all() throws EngineException {
        ObjectNode filters = JsonNodeFactory.instance.objectNode();
        filters.putArray("label").add(Labels.OWNER + "=" + Labels.OWNER_VALUE);
        List<JsonNode> containers = new ArrayList<>();
        for (JsonNode container :
                docker.get("/containers/json?all=true&filters=" + DockerClient.encode(JsonText.write(filters)))) {
            if (!isAnothers(container.path("Labels"))) {
                containers.add(container);
            }
        }
        return containers;
    }

    /** Names of those that do not run, by id. */
    Map<String, String> ended() throws EngineException {
        Map<String, String> ended = new HashMap<>();
        for (JsonNode container : all()) {
            if (ENDED.contains(container.path("State").asText())) {
                ended.put(
                        container.path("Id").asText(),
                        container.path("Names").path(0).asText().replaceFirst("^/", ""));
            }
        }
        return ended;
    }

    /** A container without the label is the original daemon's, whose place we take. */
    private boolean isAnothers(JsonNode labels) {
        return labels.has(Labels.DAEMON) && !labels.path(Labels.DAEMON).asText().equals(home);
    }
}
