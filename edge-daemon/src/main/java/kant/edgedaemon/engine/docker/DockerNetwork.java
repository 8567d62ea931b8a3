package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import kant.edgedaemon.engine.EngineException;
import kant.model.json.JsonText;

/** The network that modules are attached to; made where it is missing, left alone where it exists. */
final class DockerNetwork {
    /** Every engine has these. */
    private static final Set<String> BUILT_IN = Set.of("host", "bridge", "none", "default");

    private DockerNetwork() {}

    static void ensure(DockerClient docker, String name, ObjectNode spec) throws EngineException {
        if (BUILT_IN.contains(name) || exists(docker, name)) {
            return;
        }
        ObjectNode body = spec.deepCopy();
        body.put("Name", name).put("CheckDuplicate", true);
        docker.call("POST", "/networks/create", body);
    }

    /** The engine's filter finds names that merely contain ours. */
    private static boolean exists(DockerClient docker, String name) throws EngineException {
        ObjectNode filters = JsonNodeFactory.instance.objectNode();
        filters.putArray("name").add(name);
        for (JsonNode network : docker.get("/networks?filters=" + DockerClient.encode(JsonText.write(filters)))) {
            if (network.path("Name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
