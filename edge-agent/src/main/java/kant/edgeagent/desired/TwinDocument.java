package kant.edgeagent.desired;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The desired properties as they stand, not yet judged.
 *
 * @param desired without {@code $version}; must not be changed
 * @param reported what the twin says was reported, at the reading that {@code reading} counts; null from the backup
 * @param reading grows with each reading of the whole twin; 0 for the backup
 */
public record TwinDocument(
        ObjectNode desired, long version, @Nullable ObjectNode reported, long reading) {}
