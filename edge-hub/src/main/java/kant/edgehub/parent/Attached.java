package kant.edgehub.parent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinProperties;
import kant.upstream.Access;
import kant.upstream.UpstreamIdentity;
import kant.world.Time;

/**
 * An identity's connection to the parent, with what is asked of it counted and timed. It stays the same object when the
 * identity comes in another way from now on: what was subscribed is subscribed on the new way at once, so nobody has to ask
 * again.
 */
final class Attached implements UpstreamIdentity {
    private final Function<Access, UpstreamIdentity> way;
    private final ParentMeter meter;
    private final Time time;
    private final Set<Feature> subscribed = EnumSet.noneOf(Feature.class);
    private Access access;
    private boolean closed;
    private volatile UpstreamIdentity inner;
    private volatile long usedAtNanos;

    /** @param way attaches the identity to the link */
    Attached(Access access, Function<Access, UpstreamIdentity> way, ParentMeter meter, Time time) {
        this.access = access;
        this.way = way;
        this.meter = meter;
        this.time = time;
        inner = way.apply(access);
        usedAtNanos = time.nanos();
    }

    /** Somebody needs it. */
    void used() {
        usedAtNanos = time.nanos();
    }

    /** The registry has changed the identity: it is attached anew where it now comes in another way, else tries again. */
    synchronized void comesInBy(Access now) {
        if (closed) {
            return;
        }
        if (now.looksLike(access)) {
            inner.retry();
            return;
        }
        UpstreamIdentity before = inner;
        access = now;
        inner = way.apply(now);
        subscribed.forEach(feature -> {
            // where the parent refuses it, the link has logged that
            var _ = inner.subscribe(feature);
        });
        before.close();
    }

    /** Lets go of it where nobody has used it for that long and nothing is subscribed; says whether it did. */
    synchronized boolean closedIdle(Duration idle) {
        if (time.nanos() - usedAtNanos <= idle.toNanos() || !subscribed.isEmpty()) {
            return false;
        }
        close();
        return true;
    }

    /** Subscribes, and remembers it; empty where it was let go just before. */
    synchronized Optional<CompletionStage<Void>> subscribeUnlessClosed(Feature feature) {
        if (closed) {
            return Optional.empty();
        }
        subscribed.add(feature);
        return Optional.of(inner.subscribe(feature));
    }

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
        return subscribeUnlessClosed(feature)
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new RefusedException(new Refusal.Unavailable("\"" + id() + "\" was let go of"))));
    }

    @Override
    public synchronized CompletionStage<Void> unsubscribe(Feature feature) {
        subscribed.remove(feature);
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
    public synchronized void close() {
        closed = true;
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
