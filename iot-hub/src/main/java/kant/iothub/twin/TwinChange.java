package kant.iothub.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * What a service asks of a twin's tags and desired properties, as a patch or as the whole; empty objects where it asks
 * nothing.
 */
public record TwinChange(ObjectNode tags, ObjectNode desired) {

    /**
     * Reads the body of a PATCH or PUT. Members that are null say nothing: the Java SDK sends every field it has not set so
     * (real-clients.md §5.2). Everything but tags and desired properties is the hub's own business and left out.
     */
    public static TwinChange parse(ObjectNode body) throws HubRefusedException {
        ObjectNode properties = Json.objectMember(body, "properties");
        ObjectNode desired = properties == null ? null : Json.objectMember(properties, "desired");
        ObjectNode tags = Json.objectMember(body, "tags");
        return new TwinChange(plain(tags), plain(desired));
    }

    /** Desired properties only. */
    public static TwinChange desired(ObjectNode desired) {
        return new TwinChange(nothing(), plain(desired));
    }

    /** A section without what the hub itself adds to it. */
    static ObjectNode plain(@Nullable ObjectNode section) {
        if (section == null) {
            return nothing();
        }
        ObjectNode plain = section.deepCopy();
        plain.remove("$metadata");
        plain.remove("$version");
        return plain;
    }

    boolean isEmpty() {
        return tags.isEmpty() && desired.isEmpty();
    }

    static ObjectNode nothing() {
        return Json.object();
    }
}
