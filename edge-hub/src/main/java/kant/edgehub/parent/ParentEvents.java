package kant.edgehub.parent;

import java.util.function.Consumer;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;

/** What the parent tells, by identity; in order for each identity, on a thread that must not be blocked. */
public interface ParentEvents {

    void up(IdentityId id);

    void down(IdentityId id, String reason);

    void refused(IdentityId id, Refusal refusal);

    void desired(IdentityId id, TwinPatch patch);

    void invoke(IdentityId id, MethodCall call);

    /** A message for it; {@code settle} tells the parent what became of it, wherever the identity is attached by then. */
    void deliver(IdentityId id, Delivery delivery, Consumer<Settlement> settle);
}
