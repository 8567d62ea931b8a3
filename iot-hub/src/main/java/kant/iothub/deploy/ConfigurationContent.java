package kant.iothub.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.model.identity.IdentityId;

/**
 * What a deployment to one device sets (agent.md §1.1): per module the whole of its desired properties.
 *
 * @param desired by module id, in the order of the document
 */
public record ConfigurationContent(Map<String, ObjectNode> desired) {
    private static final String DESIRED = "properties.desired";

    /** Reads {@code {"modulesContent":{…}}}, also wrapped in {@code {"content":…}}, as tools keep it in files. */
    public static ConfigurationContent parse(ObjectNode body) throws HubRefusedException {
        ObjectNode content = Json.objectMember(body, "content");
        ObjectNode document = content == null ? body : content;
        refuseIfGiven(document, "deviceContent");
        refuseIfGiven(document, "moduleContent");
        ObjectNode modules = Json.objectMember(document, "modulesContent");
        if (modules == null || modules.isEmpty()) {
            throw invalid("the body has no \"modulesContent\" with at least one module in it");
        }
        Map<String, ObjectNode> desired = new LinkedHashMap<>();
        for (var module : modules.properties()) {
            desired.put(module.getKey(), desired(module.getKey(), module.getValue()));
        }
        return new ConfigurationContent(desired);
    }

    /** With more modules, none of which is named here. */
    ConfigurationContent and(Map<String, ObjectNode> more) {
        Map<String, ObjectNode> all = new LinkedHashMap<>(desired);
        all.putAll(more);
        return new ConfigurationContent(all);
    }

    /** All modules it speaks of: those it sets properties of and those that the agent is to run. */
    Set<String> modules() {
        Set<String> modules = new TreeSet<>(desired.keySet());
        ObjectNode agent = desired.get(IdentityId.EDGE_AGENT);
        if (agent != null && agent.get("modules") instanceof ObjectNode run) {
            run.fieldNames().forEachRemaining(modules::add);
        }
        return modules;
    }

    private static ObjectNode desired(String module, JsonNode section) throws HubRefusedException {
        if (!(section instanceof ObjectNode object)) {
            throw invalid("modulesContent." + module + " must be an object");
        }
        for (String name : (Iterable<String>) object::fieldNames) {
            if (!name.equals(DESIRED)) {
                throw invalid("modulesContent." + module + " has \"" + name + "\"; only \"" + DESIRED
                        + "\" can be set on a single device (paths below it belong to layered deployments)");
            }
        }
        if (object.get(DESIRED) instanceof ObjectNode whole) {
            return whole;
        }
        throw invalid("modulesContent." + module + " needs \"" + DESIRED + "\" with an object in it");
    }

    private static void refuseIfGiven(ObjectNode document, String name) throws HubRefusedException {
        ObjectNode given = Json.objectMember(document, name);
        if (given != null && !given.isEmpty()) {
            throw invalid("\"" + name + "\" cannot be applied to a single device; send \"modulesContent\"");
        }
    }

    private static HubRefusedException invalid(String reason) {
        return new HubRefusedException(ErrorCode.ARGUMENT_INVALID, reason);
    }
}
