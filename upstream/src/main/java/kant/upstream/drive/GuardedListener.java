package kant.upstream.drive;

import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import kant.upstream.UpstreamListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a bug in a listener from ending the connection: it is logged with its stack, and the link goes on. */
public record GuardedListener(IdentityId id, UpstreamListener listener) implements UpstreamListener {
    private static final Logger log = LoggerFactory.getLogger(GuardedListener.class);

    @Override
    public void up() {
        guard("up", listener::up);
    }

    @Override
    public void down(String reason) {
        guard("down", () -> listener.down(reason));
    }

    @Override
    public void refused(Refusal refusal) {
        guard("refused", () -> listener.refused(refusal));
    }

    @Override
    public void desired(TwinPatch patch) {
        guard("desired", () -> listener.desired(patch));
    }

    @Override
    public void invoke(MethodCall call) {
        guard("invoke", () -> listener.invoke(call));
    }

    @Override
    public void deliver(Delivery delivery) {
        guard("deliver", () -> listener.deliver(delivery));
    }

    private void guard(String event, Runnable tell) {
        try {
            tell.run();
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("identity", id)
                    .addKeyValue("event", event)
                    .setCause(e)
                    .log("a listener of the link failed");
        }
    }
}
