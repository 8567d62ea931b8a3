package kant.iothub.registry;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A device as the registry knows it.
 *
 * @param generationId new with every creation, so that a re-created device is told from the one before
 * @param edge whether it is an edge device, which has {@code $edgeAgent} and {@code $edgeHub} and a scope of its own
 * @param scope the scope it opens (edge) or is in (leaf), empty for none
 * @param parentScopes scopes of the edge devices above it
 */
public record Device(
        String id,
        String generationId,
        String etag,
        boolean enabled,
        @Nullable String statusReason,
        Instant statusUpdated,
        Authentication authentication,
        boolean edge,
        String scope,
        List<String> parentScopes) {
    public Device {
        parentScopes = List.copyOf(parentScopes);
    }
}
