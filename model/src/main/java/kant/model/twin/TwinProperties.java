package kant.model.twin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A twin as a client sees it. The objects carry no {@code $version} or {@code $metadata} of their own and must not be changed.
 */
public record TwinProperties(ObjectNode desired, long desiredVersion, ObjectNode reported, long reportedVersion) {

    /** The form on the wire: {@code {"desired":{…,"$version":n},"reported":{…,"$version":n}}}. */
    public ObjectNode json() {
        ObjectNode d = desired.deepCopy();
        d.put("$version", desiredVersion);
        ObjectNode r = reported.deepCopy();
        r.put("$version", reportedVersion);
        ObjectNode both = JsonNodeFactory.instance.objectNode();
        both.set("desired", d);
        both.set("reported", r);
        return both;
    }

    /** Reads the wire form; missing parts are empty with version 0, {@code $metadata} is left out. */
    public static TwinProperties parse(ObjectNode json) {
        ObjectNode d = part(json, "desired");
        ObjectNode r = part(json, "reported");
        return new TwinProperties(d, version(json, "desired"), r, version(json, "reported"));
    }

    private static ObjectNode part(ObjectNode json, String name) {
        ObjectNode copy = json.get(name) instanceof ObjectNode o ? o.deepCopy() : JsonNodeFactory.instance.objectNode();
        copy.remove("$version");
        copy.remove("$metadata");
        return copy;
    }

    private static long version(ObjectNode json, String name) {
        return json.path(name).path("$version").asLong(0);
    }
}
