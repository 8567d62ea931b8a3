package kant.iothub.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import kant.iothub.twin.TwinMetadata.Stamp;
import kant.model.twin.TwinMerge;

/**
 * Desired or reported properties. The trees must not be changed.
 *
 * @param values without {@code $metadata} and {@code $version}
 * @param version 1 for a new twin, one more with every change
 */
record TwinSection(ObjectNode values, ObjectNode metadata, long version) {

    /** Desired properties after a patch. */
    TwinSection desired(ObjectNode patch, Instant now) {
        return patched(patch, new Stamp(now, version + 1));
    }

    /** Reported properties after a patch; IoT Hub notes no versions in their metadata. */
    TwinSection reported(ObjectNode patch, Instant now) {
        return patched(patch, Stamp.without(now));
    }

    /** As services see it: the values, {@code $metadata} and {@code $version}. */
    ObjectNode json() {
        ObjectNode json = values.deepCopy();
        json.set("$metadata", metadata);
        json.put("$version", version);
        return json;
    }

    private TwinSection patched(ObjectNode patch, Stamp stamp) {
        return new TwinSection(
                TwinMerge.merge(values, patch), TwinMetadata.patched(metadata, patch, stamp), version + 1);
    }
}
