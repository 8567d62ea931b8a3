package kant.iothub.query;

import com.fasterxml.jackson.databind.JsonNode;

/** One twin as a condition looks at it. */
public interface TwinFields {

    /** What stands there; a missing node where nothing does. */
    JsonNode value(Expression.Attribute attribute);
}
