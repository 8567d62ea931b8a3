package kant.model.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object, found by name in any case, each with its place. It remembers what was asked for, so that
 * what nobody asked for can be named.
 */
final class Members {
    private final Map<String, JsonNode> members = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final List<String> names = new ArrayList<>();
    private final Set<String> asked = new HashSet<>();
    private final String pointer;
    private final List<String> unknown;

    private Members(ObjectNode object, String pointer, List<String> unknown) {
        this.pointer = pointer;
        this.unknown = unknown;
        for (var field : object.properties()) {
            names.add(field.getKey());
            members.put(field.getKey(), field.getValue());
        }
    }

    /** The document itself; unknown names found later are added to the list. */
    static Members root(ObjectNode object, List<String> unknown) {
        return new Members(object, "", unknown);
    }

    String pointer() {
        return pointer;
    }

    /** RFC 6901. */
    String pointer(String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** As spelled in the document, in its order. */
    List<String> names() {
        return List.copyOf(names);
    }

    boolean has(String name) {
        return find(name) != null;
    }

    /** The member, a JSON null included; null where absent. */
    @Nullable
    JsonNode find(String name) {
        asked.add(name);
        return members.get(name);
    }

    void ignore(String... known) {
        asked.addAll(List.of(known));
    }

    /** A member that must be there and be an object. */
    Members object(String name) throws MalformedException {
        JsonNode node = find(name);
        if (node instanceof ObjectNode object) {
            return new Members(object, pointer(name), unknown);
        }
        throw new MalformedException(pointer(name), node == null ? "it is missing" : "it must be an object");
    }

    /** A member that is an object, empty where absent or null. */
    Members objectOrEmpty(String name) throws MalformedException {
        JsonNode node = find(name);
        return node == null || node.isNull()
                ? new Members(JsonNodeFactory.instance.objectNode(), pointer(name), unknown)
                : object(name);
    }

    /** A text that must be there; numbers and booleans count as their text. */
    String text(String name) throws MalformedException {
        JsonNode node = find(name);
        if (node == null || node.isNull()) {
            throw new MalformedException(pointer(name), node == null ? "it is missing" : "it is null");
        }
        return scalar(name, node);
    }

    /** A text, the default where absent or null. */
    <T extends @Nullable String> T text(String name, T ifAbsent) throws MalformedException {
        JsonNode node = find(name);
        if (node == null || node.isNull()) {
            return ifAbsent;
        }
        @SuppressWarnings("unchecked") // a String is a T whether or not T allows null
        T text = (T) scalar(name, node);
        return text;
    }

    /** A text that must be there and not be blank. */
    String nonBlank(String name) throws MalformedException {
        String text = text(name);
        if (text.isBlank()) {
            throw new MalformedException(pointer(name), "it is blank");
        }
        return text;
    }

    /** Notes the members that nobody asked for. */
    void close() {
        Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        known.addAll(asked);
        for (String name : names) {
            if (!known.contains(name)) {
                unknown.add(pointer(name) + Nearest.hint(name, known));
            }
        }
    }

    private String scalar(String name, JsonNode node) throws MalformedException {
        if (!node.isValueNode()) {
            throw new MalformedException(pointer(name), "it must be a text, not an object or array");
        }
        return node.asText();
    }
}
