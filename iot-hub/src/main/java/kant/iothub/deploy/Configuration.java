package kant.iothub.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * A configuration: content for all devices of which its condition is true.
 *
 * @param created no two have the same, in milliseconds; the later one wins where priorities are equal
 * @param version 1 for a new one, one more with every update
 * @param modulesContent as it was given; never changes
 */
public record Configuration(
        String id,
        Instant created,
        Instant updated,
        long version,
        ConfigurationSettings settings,
        ObjectNode modulesContent) {

    /** Not the version alone: one that was deleted and created again has another. */
    public String etag() {
        String unique = created.toEpochMilli() + "." + version;
        return Base64.getEncoder().encodeToString(unique.getBytes(StandardCharsets.US_ASCII));
    }

    Configuration updated(ConfigurationSettings newSettings, Instant now) {
        return new Configuration(id, created, now, version + 1, newSettings, modulesContent);
    }
}
