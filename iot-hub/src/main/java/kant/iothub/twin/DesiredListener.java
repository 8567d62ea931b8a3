package kant.iothub.twin;

import kant.model.identity.IdentityId;
import kant.model.twin.TwinPatch;

/** Told of changed desired properties once they are on disk, in the order of their versions; must not block. */
public interface DesiredListener {
    void desired(IdentityId id, TwinPatch patch);
}
