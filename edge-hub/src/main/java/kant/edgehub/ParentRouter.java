package kant.edgehub;

import java.util.concurrent.CompletionStage;
import kant.edgehub.auth.ScopeRefresher;
import kant.edgehub.method.HubMethods;
import kant.edgehub.outbox.Outboxes;
import kant.edgehub.parent.Attachments;
import kant.edgehub.parent.ParentEvents;
import kant.edgehub.session.Sessions;
import kant.edgehub.twin.Twins;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinPatch;
import kant.upstream.UpstreamIdentity;

/** Brings what the parent sends to the part of the hub that it is for. */
record ParentRouter(
        IdentityId hub,
        Attachments attachments,
        Outboxes outboxes,
        Twins twins,
        Sessions sessions,
        HubMethods hubMethods,
        ScopeRefresher scope)
        implements ParentEvents {

    @Override
    public void up(IdentityId id) {
        twins.attached(id);
        outboxes.attached(id);
    }

    @Override
    public void down(IdentityId id, String reason) {
        // its sends fail by themselves, and are made again when it is up
    }

    @Override
    public void refused(IdentityId id, Refusal refusal) {
        if (id.equals(hub)) {
            return;
        }
        // its key may have been changed at the parent: the cache's may be old
        var _ = scope.refresh(id).thenRun(() -> attachments.find(id).ifPresent(UpstreamIdentity::retry));
    }

    @Override
    public void desired(IdentityId id, TwinPatch patch) {
        twins.desired(id, patch);
    }

    @Override
    public void invoke(IdentityId id, MethodCall call) {
        CompletionStage<MethodResult> result = id.equals(hub) ? hubMethods.call(call) : sessions.invoke(id, call);
        var _ = result.thenAccept(
                answer -> attachments.find(id).ifPresent(upstream -> upstream.methodResult(call.requestId(), answer)));
    }

    @Override
    public void deliver(IdentityId id, Delivery delivery) {
        sessions.deliver(
                id,
                delivery,
                settlement -> attachments.find(id).ifPresent(upstream -> upstream.settle(delivery.id(), settlement)));
    }
}
