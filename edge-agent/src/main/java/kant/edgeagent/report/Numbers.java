package kant.edgeagent.report;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NumericNode;

/** Numbers as a JSON parser makes them, so that what comes back in a twin equals what was sent. */
final class Numbers {
    private Numbers() {}

    /** The narrowest node: Jackson's int and long nodes of one value are not equal. */
    static NumericNode whole(long value) {
        return value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }
}
