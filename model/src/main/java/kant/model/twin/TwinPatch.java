package kant.model.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A change of desired properties: null deletes, objects merge, everything else replaces.
 *
 * @param changes without {@code $version}
 * @param version the version the twin has afterwards
 */
public record TwinPatch(ObjectNode changes, long version) {}
