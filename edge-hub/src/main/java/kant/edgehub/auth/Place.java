package kant.edgehub.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a device stands in the tree of edge devices and their leaves (device-protocols.md §2.7); of a module it says nothing.
 *
 * @param edge whether it is an edge device, which others may have as their parent
 * @param scope {@code deviceScope}: of an edge device its own, of a leaf its parent's; empty where none
 * @param parentScopes the scopes of its parents
 */
public record Place(boolean edge, String scope, List<String> parentScopes) {
    /** Of modules, and of what stood in the cache before there was a tree. */
    public static final Place NONE = new Place(false, "", List.of());

    public Place {
        parentScopes = List.copyOf(parentScopes);
    }

    static Place parse(JsonNode identity) {
        List<String> parents = new ArrayList<>();
        for (JsonNode parent : identity.path("parentScopes")) {
            parents.add(parent.asText());
        }
        return new Place(
                identity.path("capabilities").path("iotEdge").asBoolean(false),
                identity.path("deviceScope").asText(""),
                parents);
    }

    void writeTo(ObjectNode identity) {
        identity.putObject("capabilities").put("iotEdge", edge);
        identity.put("deviceScope", scope);
        ArrayNode parents = identity.putArray("parentScopes");
        parentScopes.forEach(parents::add);
    }

    /** Whether that edge device is a parent of this one. */
    boolean isBelow(Place parent) {
        if (!parent.edge || parent.scope.isEmpty()) {
            return false;
        }
        // registries from before nested edge tell a leaf's parent by its own scope only
        return parentScopes.contains(parent.scope) || !edge && scope.equals(parent.scope);
    }
}
