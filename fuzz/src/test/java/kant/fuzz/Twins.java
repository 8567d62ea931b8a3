package kant.fuzz;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The sender's twin in conditions. */
final class Twins {
    static final ObjectNode TWIN = JsonNodeFactory.instance.objectNode();

    static {
        TWIN.putObject("desired").put("a", 1).putArray("list").add(1).add("x");
        TWIN.putObject("reported").put("b", "x").putObject("o").put("c", true);
    }

    private Twins() {}
}
