package kant.routing;

import java.util.Optional;
import kant.model.identity.IdentityId;
import kant.model.twin.TwinProperties;

/** Where conditions on {@code $twin} find the sender's twin. Asked only when a condition names it, at most once a message. */
@FunctionalInterface
public interface TwinSource {
    /** Knows no twin: every {@code $twin} path is undefined. */
    TwinSource NONE = _ -> Optional.empty();

    /**
     * The sender's twin as it is known here; must not block.
     *
     * @return not changed by the caller; empty where nothing is known, and then every path into it is undefined
     */
    Optional<TwinProperties> twin(IdentityId sender);
}
