package kant.edgehub.parent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinProperties;
import kant.upstream.UpstreamIdentity;
import kant.world.Time;

/** An identity's connection to the parent, with what is asked of it counted and timed. */
record MeteredUpstream(UpstreamIdentity inner, ParentMeter meter, Time time) implements UpstreamIdentity {

    @Override
    public IdentityId id() {
        return inner.id();
    }

    @Override
    public boolean up() {
        return inner.up();
    }

    @Override
    public int window() {
        return inner.window();
    }

    @Override
    public CompletionStage<Void> send(Message message) {
        long began = time.nanos();
        // who sends counts failures: it knows which of them will be tried again
        return inner.send(message).whenComplete((_, failure) -> {
            if (failure == null) {
                meter.sentUp(message, Duration.ofNanos(time.nanos() - began));
            }
        });
    }

    @Override
    public CompletionStage<TwinProperties> twin() {
        return timed(inner.twin(), "GetTwin", took -> meter.twinReadUp(id(), took));
    }

    @Override
    public CompletionStage<OptionalLong> report(ObjectNode patch) {
        return timed(inner.report(patch), "UpdateReportedProperties", took -> meter.reportedUp(id(), took));
    }

    @Override
    public CompletionStage<Void> subscribe(Feature feature) {
        return inner.subscribe(feature);
    }

    @Override
    public CompletionStage<Void> unsubscribe(Feature feature) {
        return inner.unsubscribe(feature);
    }

    @Override
    public void settle(long deliveryId, Settlement settlement) {
        inner.settle(deliveryId, settlement);
    }

    @Override
    public void methodResult(String requestId, MethodResult result) {
        inner.methodResult(requestId, result);
    }

    @Override
    public void retry() {
        inner.retry();
    }

    @Override
    public void close() {
        inner.close();
    }

    private <T> CompletionStage<T> timed(CompletionStage<T> work, String operation, Consumer<Duration> took) {
        long began = time.nanos();
        return work.whenComplete((_, failure) -> {
            if (failure == null) {
                took.accept(Duration.ofNanos(time.nanos() - began));
            } else {
                meter.failedUp(id(), operation);
            }
        });
    }
}
