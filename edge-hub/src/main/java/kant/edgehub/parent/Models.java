package kant.edgehub.parent;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kant.model.identity.IdentityId;

/** The DTDL models that clients announced when they connected, for the parent to hear of. Callable from any thread. */
public final class Models {
    private final Map<IdentityId, String> models = new ConcurrentHashMap<>();

    /** What an identity announced last, empty where nothing. */
    public String of(IdentityId id) {
        return models.getOrDefault(id, "");
    }

    /** An authenticated client connects and announces this; true where it is another than before. */
    public boolean announced(IdentityId id, String modelId) {
        String before = modelId.isEmpty() ? models.remove(id) : models.put(id, modelId);
        return !modelId.equals(before == null ? "" : before);
    }
}
