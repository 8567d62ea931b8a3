package kant.model.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How patches meet twins (routing-and-store.md §8.2): objects merge, null deletes, arrays and scalars replace. */
public final class TwinMerge {
    private TwinMerge() {}

    /** The document after the patch; neither argument is changed. */
    public static ObjectNode merge(ObjectNode base, ObjectNode patch) {
        ObjectNode result = base.deepCopy();
        for (var field : patch.properties()) {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                result.remove(field.getKey());
            } else if (value instanceof ObjectNode change) {
                ObjectNode old =
                        result.get(field.getKey()) instanceof ObjectNode o ? o : JsonNodeFactory.instance.objectNode();
                result.set(field.getKey(), merge(old, change));
            } else {
                result.set(field.getKey(), value.deepCopy());
            }
        }
        return result;
    }

    /** Two patches as one, nulls kept: applying the result equals applying {@code first}, then {@code second}. */
    public static ObjectNode mergePatches(ObjectNode first, ObjectNode second) {
        ObjectNode result = first.deepCopy();
        for (var field : second.properties()) {
            if (field.getValue() instanceof ObjectNode change && result.get(field.getKey()) instanceof ObjectNode old) {
                result.set(field.getKey(), mergePatches(old, change));
            } else {
                result.set(field.getKey(), field.getValue().deepCopy());
            }
        }
        return result;
    }

    /** The patch that turns {@code from} into {@code to}; empty where they are equal. */
    public static ObjectNode diff(ObjectNode from, ObjectNode to) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        for (var field : from.properties()) {
            if (!to.has(field.getKey())) {
                patch.putNull(field.getKey());
            }
        }
        for (var field : to.properties()) {
            JsonNode before = from.get(field.getKey());
            JsonNode after = field.getValue();
            if (after.equals(before)) {
                continue;
            }
            if (before instanceof ObjectNode b && after instanceof ObjectNode a) {
                patch.set(field.getKey(), diff(b, a));
            } else {
                patch.set(field.getKey(), after.deepCopy());
            }
        }
        return patch;
    }
}
