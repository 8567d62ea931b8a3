package kant.iothub.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import kant.iothub.json.Json;

/**
 * Keeps {@code $metadata}: for every property, and for every object above it, when it last changed; for desired properties
 * also with which version.
 */
final class TwinMetadata {
    private static final String UPDATED = "$lastUpdated";
    private static final String VERSION = "$lastUpdatedVersion";
    private static final long NO_VERSION = -1;

    private TwinMetadata() {}

    /** One change: when, and which version it made ({@link #NO_VERSION} where versions are not noted). */
    record Stamp(Instant at, long version) {
        static Stamp without(Instant at) {
            return new Stamp(at, NO_VERSION);
        }

        private ObjectNode on(ObjectNode metadata) {
            metadata.put(UPDATED, Json.time(at));
            if (version != NO_VERSION) {
                metadata.put(VERSION, version);
            }
            return metadata;
        }
    }

    /** The metadata after a patch has been merged; neither argument is changed. */
    static ObjectNode patched(ObjectNode metadata, ObjectNode patch, Stamp stamp) {
        ObjectNode result = stamp.on(metadata.deepCopy());
        for (var field : patch.properties()) {
            String name = field.getKey();
            if (field.getValue().isNull()) {
                result.remove(name);
            } else if (field.getValue() instanceof ObjectNode change) {
                ObjectNode before = result.get(name) instanceof ObjectNode known ? known : Json.object();
                result.set(name, patched(before, change, stamp));
            } else {
                result.set(name, stamp.on(Json.object()));
            }
        }
        return result;
    }
}
