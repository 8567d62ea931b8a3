package kant.iothub.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import kant.model.identity.IdentityId;

/**
 * A change of one identity's desired properties: as asked for the whole that they shall be, as done the patch that led there.
 *
 * @param version what the twin has afterwards; 0 as asked
 */
public record DesiredChange(IdentityId id, ObjectNode desired, long version) {

    public static DesiredChange asked(IdentityId id, ObjectNode desired) {
        return new DesiredChange(id, TwinChange.plain(desired), 0);
    }
}
