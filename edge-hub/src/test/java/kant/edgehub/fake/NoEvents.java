package kant.edgehub.fake;

import java.util.function.Consumer;
import kant.edgehub.parent.ParentEvents;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;

/** Hears everything and does nothing: the test tells the part it tests itself. */
public class NoEvents implements ParentEvents {
    @Override
    public void up(IdentityId id) {
        // the test's own business
    }

    @Override
    public void down(IdentityId id, String reason) {
        // the test's own business
    }

    @Override
    public void refused(IdentityId id, Refusal refusal) {
        // the test's own business
    }

    @Override
    public void desired(IdentityId id, TwinPatch patch) {
        // the test's own business
    }

    @Override
    public void invoke(IdentityId id, MethodCall call) {
        // the test's own business
    }

    @Override
    public void deliver(IdentityId id, Delivery delivery, Consumer<Settlement> settle) {
        // the test's own business
    }
}
