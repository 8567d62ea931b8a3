package kant.model.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import kant.model.json.JsonText;

/**
 * A module's {@code createOptions}: the engine's create body as the JSON tree it is, unknown members included. In a twin
 * it is a text, cut into chunks of at most {@value #CHUNK_CHARACTERS} characters (reference/agent.md §1.4).
 */
public final class CreateOptions {
    /** The longest chunk that is written; a historic limit of twins which tools still expect. */
    public static final int CHUNK_CHARACTERS = 512;

    /** {@code createOptions} and {@code createOptions01} … {@code createOptions99}. */
    public static final int MAX_CHUNKS = 100;

    static final String MEMBER = "createOptions";

    private final ObjectNode json;

    private CreateOptions(ObjectNode json) {
        this.json = json;
    }

    /** No options at all. */
    public static CreateOptions none() {
        return new CreateOptions(JsonNodeFactory.instance.objectNode());
    }

    /** From a tree; copied. */
    public static CreateOptions of(ObjectNode json) {
        return new CreateOptions(json.deepCopy());
    }

    /**
     * Reads the whole text, all chunks joined. Blank and {@code null} mean no options.
     *
     * @throws JsonProcessingException if it is not JSON, with line and column
     * @throws IllegalArgumentException if it is JSON but no object
     */
    public static CreateOptions parse(String text) throws JsonProcessingException {
        if (text.isBlank()) {
            return none();
        }
        JsonNode node = JsonText.read(text);
        if (node.isNull() || node.isMissingNode()) {
            return none();
        }
        if (node instanceof ObjectNode object) {
            return new CreateOptions(object);
        }
        throw new IllegalArgumentException("it is JSON, but not an object");
    }

    /** A copy of the tree, for the caller to change. */
    public ObjectNode json() {
        return json.deepCopy();
    }

    /** The compact text. */
    public String text() {
        return JsonText.write(json);
    }

    /** The text as twin members: {@code createOptions}, {@code createOptions01} … in order, each within the limit. */
    public Map<String, String> chunks() {
        String text = text();
        Map<String, String> chunks = new LinkedHashMap<>();
        for (int from = 0; from < text.length(); from += CHUNK_CHARACTERS) {
            String name = chunks.isEmpty() ? MEMBER : MEMBER + "%02d".formatted(chunks.size());
            chunks.put(name, text.substring(from, Math.min(text.length(), from + CHUNK_CHARACTERS)));
        }
        return chunks;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CreateOptions o && json.equals(o.json);
    }

    @Override
    public int hashCode() {
        return Objects.hash(json);
    }

    @Override
    public String toString() {
        return text();
    }
}
