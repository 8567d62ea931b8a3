package kant.store;

import java.util.Map;
import kant.store.segment.Durability;
import org.jspecify.annotations.Nullable;

/**
 * The store at one moment.
 *
 * @param bytes of all segment files together
 * @param maxBytes the bound on them
 * @param failure why appends are refused at the moment because of the disk, null if they are not
 * @param damage damaged places met in the log since it was opened
 * @param endpoints by endpoint name, each balanced at the moment it was read
 */
public record StoreStats(
        long bytes,
        long maxBytes,
        Durability durability,
        @Nullable String failure,
        long damage,
        Map<String, EndpointCounts> endpoints) {
    public StoreStats {
        endpoints = Map.copyOf(endpoints);
    }
}
