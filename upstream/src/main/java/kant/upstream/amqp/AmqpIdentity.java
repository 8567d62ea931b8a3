package kant.upstream.amqp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinProperties;
import kant.upstream.Access;
import kant.upstream.ConnectionEvent;
import kant.upstream.ConnectionState;
import kant.upstream.LinkState;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamListener;
import kant.upstream.drive.TwinJson;
import org.jspecify.annotations.Nullable;

/** What a user of the link holds of one identity: checks what is asked and hops to the home loop, where its attachment is. */
final class AmqpIdentity implements UpstreamIdentity {

    /** The link it belongs to; told on the home loop. */
    interface Observer {
        void entered(AmqpIdentity identity, LinkState state);

        void closed(AmqpIdentity identity);

        /** Its owner wants it to be tried now. */
        void hurried();
    }

    private final AmqpParts parts;
    private final Observer observer;
    private final Attachment attachment;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile boolean up;

    AmqpIdentity(AmqpParts parts, Access access, UpstreamListener listener, Observer observer) {
        this.parts = parts;
        this.observer = observer;
        attachment = new Attachment(parts, access, listener, new AttachmentObserver());
    }

    // ---- what its link tells, on the home loop

    void start() {
        attachment.feed(new ConnectionEvent.Tick());
    }

    void connected(AmqpConnection connection, Tokens tokens) {
        attachment.connected(connection, tokens);
    }

    void disconnected(String reason) {
        attachment.disconnected(reason);
    }

    /** The socket takes more again. */
    void writable() {
        IdentityLinks attached = attachment.links();
        if (attached != null) {
            attached.writable();
        }
    }

    /** Completes when it has ended. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    // ---- what its user asks, from any thread

    @Override
    public IdentityId id() {
        return attachment.id();
    }

    @Override
    public boolean up() {
        return up;
    }

    @Override
    public int window() {
        return parts.config().window();
    }

    @Override
    public CompletionStage<Void> send(Message message) {
        Outgoing outgoing;
        try {
            outgoing = Outgoing.of(id(), message);
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
        boolean taken = parts.onHome(() -> {
            IdentityLinks attached = attachedAndUp();
            if (attached == null) {
                outgoing.fail(notAttached());
            } else {
                attached.send(outgoing);
            }
        });
        if (!taken) {
            outgoing.fail(notAttached());
        }
        return outgoing.done();
    }

    @Override
    public CompletionStage<TwinProperties> twin() {
        return ask(IdentityLinks::twin);
    }

    @Override
    public CompletionStage<OptionalLong> report(ObjectNode patch) {
        int size = TwinJson.bytes(patch).length;
        if (size > Message.MAX_BYTES) {
            return CompletableFuture.failedFuture(new RefusedException(new Refusal.TooLarge("reported properties of "
                    + size + " bytes are more than the " + Message.MAX_BYTES + " that the parent takes")));
        }
        return ask(attached -> attached.report(patch));
    }

    @Override
    public CompletionStage<Void> subscribe(Feature feature) {
        return onHome(() -> attachment.subscribe(feature));
    }

    @Override
    public CompletionStage<Void> unsubscribe(Feature feature) {
        return onHome(() -> attachment.unsubscribe(feature));
    }

    @Override
    public void settle(long deliveryId, Settlement settlement) {
        whileAttached(attached -> attached.settle(deliveryId, settlement));
    }

    @Override
    public void methodResult(String requestId, MethodResult result) {
        whileAttached(attached -> attached.methodResult(requestId, result));
    }

    @Override
    public void retry() {
        parts.onHome(() -> {
            observer.hurried();
            attachment.feed(new ConnectionEvent.Retry());
        });
    }

    @Override
    public void close() {
        if (!parts.onHome(() -> attachment.feed(new ConnectionEvent.Close()))) {
            closed.complete(null);
        }
    }

    // ---- steps

    private <T> CompletableFuture<T> ask(Function<IdentityLinks, CompletableFuture<T>> request) {
        return onHome(() -> {
            IdentityLinks attached = attachedAndUp();
            return attached == null
                    ? CompletableFuture.failedFuture(new RefusedException(notAttached()))
                    : request.apply(attached);
        });
    }

    /** Runs a step on the home loop and passes on what comes of it, with the refusal itself where that is a failure. */
    private <T> CompletableFuture<T> onHome(Supplier<CompletableFuture<T>> step) {
        var result = new CompletableFuture<T>();
        boolean taken = parts.onHome(() -> {
            var _ = step.get().whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(new RefusedException(Answers.of(failure)));
                }
            });
        });
        if (!taken) {
            result.completeExceptionally(new RefusedException(notAttached()));
        }
        return result;
    }

    /** Also while subscriptions are still being restored: what the first of them brings may be settled before the last is. */
    private void whileAttached(Consumer<IdentityLinks> action) {
        parts.onHome(() -> {
            IdentityLinks attached = attachment.current();
            if (attached != null) {
                action.accept(attached);
            }
        });
    }

    /** Nothing new is taken while it drains. */
    private @Nullable IdentityLinks attachedAndUp() {
        return up ? attachment.links() : null;
    }

    private Refusal notAttached() {
        return new Refusal.Unavailable("\"" + id() + "\" is not attached to the parent");
    }

    private final class AttachmentObserver implements Attachment.Observer {
        @Override
        public void entered(ConnectionState state) {
            up = state instanceof ConnectionState.Up;
            observer.entered(AmqpIdentity.this, state.shown());
        }

        @Override
        public void closed() {
            if (closed.complete(null)) {
                observer.closed(AmqpIdentity.this);
            }
        }
    }
}
