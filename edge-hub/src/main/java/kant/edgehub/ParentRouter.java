package kant.edgehub;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import kant.edgehub.auth.ScopeRefresher;
import kant.edgehub.caller.Mailboxes;
import kant.edgehub.method.HubMethods;
import kant.edgehub.method.MethodMeter;
import kant.edgehub.method.Problems;
import kant.edgehub.outbox.Outboxes;
import kant.edgehub.parent.Attachments;
import kant.edgehub.parent.ParentEvents;
import kant.edgehub.session.Sessions;
import kant.edgehub.twin.Twins;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinPatch;
import kant.world.Time;

/** Brings what the parent sends to the part of the hub that it is for. */
record ParentRouter(
        IdentityId hub,
        Attachments attachments,
        Outboxes outboxes,
        Twins twins,
        Sessions sessions,
        Mailboxes mailboxes,
        HubMethods hubMethods,
        ScopeRefresher scope,
        MethodMeter meter,
        Time time)
        implements ParentEvents {

    @Override
    public void up(IdentityId id) {
        twins.attached(id);
        outboxes.attached(id);
    }

    @Override
    public void down(IdentityId id, String reason) {
        // its sends fail by themselves, and are made again when it is up
        mailboxes.down(id);
    }

    @Override
    public void refused(IdentityId id, Refusal refusal) {
        if (id.equals(hub)) {
            return;
        }
        // its key may have been changed at the parent: the cache's may be old. News of it hurries the next attempt;
        // were it
        // hurried without news, a parent that goes on refusing would be asked without a pause
        var _ = scope.refresh(id);
    }

    @Override
    public void desired(IdentityId id, TwinPatch patch) {
        twins.desired(id, patch);
    }

    @Override
    public void invoke(IdentityId id, MethodCall call) {
        long began = time.nanos();
        CompletionStage<MethodResult> result = id.equals(hub) ? hubMethods.call(call) : sessions.invoke(id, call);
        var _ = result.whenComplete((_, failure) -> {
                    if (failure == null) {
                        meter.answered(MethodMeter.UPSTREAM, id.text(), Duration.ofNanos(time.nanos() - began));
                    }
                })
                .exceptionally(Problems::of)
                .thenAccept(answer ->
                        attachments.find(id).ifPresent(upstream -> upstream.methodResult(call.requestId(), answer)));
    }

    @Override
    public void deliver(IdentityId id, Delivery delivery, Consumer<Settlement> settle) {
        boolean taken = sessions.deliver(id, delivery, settle) || mailboxes.offer(id, delivery, settle);
        if (!taken) {
            settle.accept(Settlement.RELEASED);
        }
    }
}
