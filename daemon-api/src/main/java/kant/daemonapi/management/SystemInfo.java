package kant.daemonapi.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What {@code GET /systeminfo} tells of the machine and the daemon.
 *
 * @param json the whole answer, with the members that have no accessor here
 */
public record SystemInfo(ObjectNode json) {

    public SystemInfo {
        json = json.deepCopy();
    }

    /** For example {@code Linux}. */
    public String osType() {
        return json.path("osType").asText();
    }

    /** For example {@code x86_64}. */
    public String architecture() {
        return json.path("architecture").asText();
    }

    /** The daemon's version. */
    public String version() {
        return json.path("version").asText();
    }

    public int cpus() {
        return json.path("cpus").asInt();
    }

    static SystemInfo of(JsonNode json) {
        return new SystemInfo(json.deepCopy());
    }
}
