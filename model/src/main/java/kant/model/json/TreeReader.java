package kant.model.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Tokens to a tree. Not recursive: how deep a text may go is the parser's to say (1,000 levels), and threads' stacks are small. */
final class TreeReader {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private TreeReader() {}

    /** The next value; null where there is none. */
    static @Nullable JsonNode next(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            return null;
        }
        if (!token.isStructStart()) {
            return leaf(parser, token);
        }
        ContainerNode<?> root = container(token);
        Deque<ContainerNode<?>> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            token = parser.nextToken(); // inside of a value the parser never just ends: it complains
            switch (token) {
                case END_OBJECT, END_ARRAY -> open.pop();
                case FIELD_NAME -> {
                    // asked for together with its value
                }
                case START_OBJECT, START_ARRAY -> {
                    ContainerNode<?> inner = container(token);
                    add(open.getFirst(), parser, inner);
                    open.push(inner);
                }
                default -> add(open.getFirst(), parser, leaf(parser, token));
            }
        }
        return root;
    }

    private static ContainerNode<?> container(JsonToken start) {
        return start == JsonToken.START_OBJECT ? NODES.objectNode() : NODES.arrayNode();
    }

    private static void add(ContainerNode<?> outer, JsonParser parser, JsonNode value) throws IOException {
        if (outer instanceof ObjectNode object) {
            object.set(parser.currentName(), value); // of a container too: of where it begins
        } else {
            ((ArrayNode) outer).add(value);
        }
    }

    private static JsonNode leaf(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT -> NODES.numberNode(parser.getIntValue());
                    case LONG -> NODES.numberNode(parser.getLongValue());
                    default -> NODES.numberNode(parser.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_DECIMAL
                        ? NODES.numberNode(parser.getDecimalValue())
                        : NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new IOException("there is no JSON for " + token);
        };
    }
}
