package kant.iothub.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.registry.Names;
import kant.iothub.twin.Twins;
import kant.model.identity.IdentityId;

/**
 * What a configuration sets: per module values at paths below its desired properties, the empty path for all of them
 * (agent.md §10.4).
 *
 * @param sections by module id; within one the shorter paths first
 */
record LayeredContent(Map<String, SortedMap<List<String>, JsonNode>> sections) {
    private static final String DESIRED = "properties.desired";
    private static final List<String> WHOLE = List.of();

    private static final Comparator<List<String>> SHORTER_FIRST =
            Comparator.<List<String>>comparingInt(List::size).thenComparing(path -> String.join(".", path));

    /** Reads and checks the value of {@code modulesContent}. */
    static LayeredContent parse(ObjectNode modulesContent) throws HubRefusedException {
        Map<String, SortedMap<List<String>, JsonNode>> sections = new LinkedHashMap<>();
        for (var module : modulesContent.properties()) {
            String name = module.getKey();
            Names.checkModule(name);
            sections.put(name, section("modulesContent." + name, module.getValue()));
        }
        var content = new LayeredContent(sections);
        content.checkWhatItMakes();
        return content;
    }

    /** Whether it is a deployment of its own, and not a layer above one: it has all of what the agent is to do. */
    boolean isBase() {
        var agent = sections.get(IdentityId.EDGE_AGENT);
        return agent != null && agent.containsKey(WHOLE);
    }

    /** Lays it above what lower ones have made. An equal path is replaced with all below it, null removes it. */
    void putOn(Map<String, ObjectNode> desired) {
        sections.forEach((module, values) -> {
            for (var value : values.entrySet()) {
                ObjectNode root = desired.computeIfAbsent(module, _ -> Json.object());
                if (value.getKey().isEmpty()) {
                    desired.put(module, value.getValue().deepCopy());
                } else {
                    put(root, value.getKey(), value.getValue());
                }
            }
        });
    }

    private static void put(ObjectNode root, List<String> path, JsonNode value) {
        ObjectNode at = root;
        for (String name : path.subList(0, path.size() - 1)) {
            at = at.get(name) instanceof ObjectNode below ? below : at.putObject(name);
        }
        if (value.isNull()) {
            at.remove(path.getLast());
        } else {
            at.set(path.getLast(), value.deepCopy());
        }
    }

    private static SortedMap<List<String>, JsonNode> section(String where, JsonNode given) throws HubRefusedException {
        if (!(given instanceof ObjectNode section) || section.isEmpty()) {
            throw invalid(where + " must be an object with \"" + DESIRED + "\" or paths below it");
        }
        SortedMap<List<String>, JsonNode> values = new TreeMap<>(SHORTER_FIRST);
        for (var field : section.properties()) {
            List<String> path = path(where, field.getKey());
            if (path.isEmpty() && !field.getValue().isObject()) {
                throw invalid(where + " needs \"" + DESIRED + "\" with an object in it");
            }
            values.put(path, field.getValue());
        }
        return values;
    }

    private static List<String> path(String where, String key) throws HubRefusedException {
        if (key.equals(DESIRED)) {
            return WHOLE;
        }
        if (key.startsWith(DESIRED + ".")) {
            List<String> path = List.of(key.substring(DESIRED.length() + 1).split("\\.", -1));
            if (!path.contains("")) {
                return path;
            }
        }
        throw invalid(where + " has \"" + key + "\"; only \"" + DESIRED + "\" and paths below it, as \"" + DESIRED
                + ".modules.sensor\", can be set");
    }

    /** Better refused now, to whoever made it, than on each device. */
    private void checkWhatItMakes() throws HubRefusedException {
        Map<String, ObjectNode> alone = new LinkedHashMap<>();
        putOn(alone);
        for (var module : alone.entrySet()) {
            try {
                Twins.check(module.getValue());
            } catch (HubRefusedException e) {
                throw e.at("modulesContent." + module.getKey());
            }
        }
        for (String module : new ConfigurationContent(alone).modules()) {
            Names.checkModule(module);
        }
    }

    private static HubRefusedException invalid(String reason) {
        return new HubRefusedException(ErrorCode.ARGUMENT_INVALID, reason);
    }
}
