package kant.model.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;

/** A tree to tokens. Not recursive: threads' stacks are small. */
final class TreeWriter {
    private TreeWriter() {}

    /** A container of which a part is written. */
    private sealed interface Open {}

    private record OpenObject(Iterator<Map.Entry<String, JsonNode>> rest) implements Open {}

    private record OpenArray(Iterator<JsonNode> rest) implements Open {}

    /** @param sorted whether members are written in the order of their names rather than in their own */
    static void write(JsonNode tree, JsonGenerator to, boolean sorted) throws IOException {
        Deque<Open> open = new ArrayDeque<>();
        begin(tree, to, open, sorted);
        while (!open.isEmpty()) {
            switch (open.getFirst()) {
                case OpenObject object
                when object.rest().hasNext() -> {
                    Map.Entry<String, JsonNode> member = object.rest().next();
                    to.writeFieldName(member.getKey());
                    begin(member.getValue(), to, open, sorted);
                }
                case OpenArray array
                when array.rest().hasNext() -> begin(array.rest().next(), to, open, sorted);
                case OpenObject _ -> {
                    open.pop();
                    to.writeEndObject();
                }
                case OpenArray _ -> {
                    open.pop();
                    to.writeEndArray();
                }
            }
        }
    }

    private static void begin(JsonNode node, JsonGenerator to, Deque<Open> open, boolean sorted) throws IOException {
        switch (node.getNodeType()) {
            case OBJECT -> {
                to.writeStartObject();
                open.push(new OpenObject(members((ObjectNode) node, sorted)));
            }
            case ARRAY -> {
                to.writeStartArray();
                open.push(new OpenArray(node.iterator()));
            }
            case STRING -> to.writeString(node.textValue());
            case BOOLEAN -> to.writeBoolean(node.booleanValue());
            case NUMBER -> number(node, to);
            case NULL, MISSING -> to.writeNull();
            case BINARY -> to.writeBinary(node.binaryValue()); // base64
            case POJO -> throw new IOException("there is no JSON for " + node.getNodeType());
        }
    }

    private static Iterator<Map.Entry<String, JsonNode>> members(ObjectNode object, boolean sorted) {
        return sorted
                ? object.propertyStream().sorted(Map.Entry.comparingByKey()).iterator()
                : object.properties().iterator();
    }

    private static void number(JsonNode node, JsonGenerator to) throws IOException {
        switch (node.numberType()) {
            case INT, LONG -> to.writeNumber(node.longValue());
            case BIG_INTEGER -> to.writeNumber(node.bigIntegerValue());
            case FLOAT -> to.writeNumber(node.floatValue());
            case DOUBLE -> to.writeNumber(node.doubleValue());
            case BIG_DECIMAL -> to.writeNumber(node.decimalValue());
        }
    }
}
