package kant.edgehub.twin;

import kant.model.identity.IdentityId;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;

/** Hears of changed desired properties, in order for each identity, on a virtual thread. */
public interface DesiredListener {

    /**
     * @param patch what changed since a client was last told; removed properties are null; empty where no client needs telling
     * @param now the twin after the change
     */
    void changed(IdentityId id, TwinPatch patch, TwinProperties now);
}
