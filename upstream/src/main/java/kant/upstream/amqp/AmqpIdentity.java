package kant.upstream.amqp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
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
import kant.upstream.ConnectionAction;
import kant.upstream.ConnectionEvent;
import kant.upstream.ConnectionState;
import kant.upstream.LinkState;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamListener;
import kant.upstream.drive.ConnectionDriver;
import kant.upstream.drive.GuardedListener;
import kant.upstream.drive.TwinJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One identity across connections: what it has subscribed, whom it tells, and the machine that attaches it again. All state
 * belongs to the home loop; the public methods hop to it.
 */
final class AmqpIdentity implements UpstreamIdentity, IdentityLinks.Owner, HeldToken.Holder, ConnectionDriver.Effects {
    private static final Logger log = LoggerFactory.getLogger(AmqpIdentity.class);

    /** The token is renewed in place, so the links live on: they are made anew about once a year. */
    private static final Duration NO_TOKEN = Duration.ofDays(365);

    /** The link it belongs to; told on the home loop. */
    interface Observer {
        void entered(AmqpIdentity identity, LinkState state);

        void closed(AmqpIdentity identity);

        /** Its owner wants it to be tried now. */
        void hurried();
    }

    private final AmqpParts parts;
    private final Access access;
    private final UpstreamListener listener;
    private final Observer observer;
    private final ConnectionDriver driver;
    private final Runnable turn = () -> feed(new ConnectionEvent.Turn());
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private final EnumSet<Feature> subscriptions = EnumSet.noneOf(Feature.class);
    private long lastDeliveryId;
    private String lastFailure = "";
    private volatile boolean up;

    // for the connection there is, if any
    private @Nullable AmqpConnection connection;
    private @Nullable Tokens tokens;

    // for the time it is being attached or is attached
    private @Nullable IdentityLinks links;
    private boolean ready;

    AmqpIdentity(AmqpParts parts, Access access, UpstreamListener listener, Observer observer) {
        this.parts = parts;
        this.access = access;
        this.listener = new GuardedListener(access.id(), listener);
        this.observer = observer;
        driver = parts.driver(this);
    }

    // ---- what its link tells, on the home loop

    void start() {
        feed(new ConnectionEvent.Tick());
    }

    /** There is a connection: attaches as soon as its turn comes, unless the parent has refused it before. */
    void connected(AmqpConnection fresh, Tokens held) {
        connection = fresh;
        tokens = held;
        feed(new ConnectionEvent.ParentBack());
    }

    /** There is none any more. */
    void disconnected(String reason) {
        feed(new ConnectionEvent.Lost(reason));
        connection = null;
        tokens = null;
    }

    /** The socket takes more again. */
    void writable() {
        if (ready && links != null) {
            links.writable();
        }
    }

    /** Completes when it has ended. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    // ---- what its user asks, from any thread

    @Override
    public IdentityId id() {
        return access.id();
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
        try {
            Outgoing outgoing = Outgoing.of(id(), message);
            return onHome(outgoing.done(), () -> sendNow(outgoing));
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
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
        var result = new CompletableFuture<Void>();
        return onHome(result, () -> {
            IdentityLinks attached = attached();
            if (!subscriptions.add(feature) || attached == null) {
                result.complete(null);
                return;
            }
            var _ = attached.subscribe(feature).whenComplete((_, failure) -> subscribed(feature, failure, result));
        });
    }

    @Override
    public CompletionStage<Void> unsubscribe(Feature feature) {
        var result = new CompletableFuture<Void>();
        return onHome(result, () -> {
            IdentityLinks attached = attached();
            if (!subscriptions.remove(feature) || attached == null) {
                result.complete(null);
                return;
            }
            // where the link is lost first, the next one does not subscribe it
            var _ = attached.unsubscribe(feature).whenComplete((_, _) -> result.complete(null));
        });
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
            feed(new ConnectionEvent.Retry());
        });
    }

    @Override
    public void close() {
        if (!parts.onHome(() -> feed(new ConnectionEvent.Close()))) {
            closed.complete(null);
        }
    }

    // ---- what its links and its token tell

    @Override
    public Set<Feature> subscriptions() {
        return EnumSet.copyOf(subscriptions);
    }

    @Override
    public UpstreamListener listener() {
        return listener;
    }

    @Override
    public long nextDeliveryId() {
        return ++lastDeliveryId;
    }

    @Override
    public void ready() {
        ready = true;
        feed(new ConnectionEvent.Ready(NO_TOKEN));
    }

    @Override
    public void lost(String reason) {
        feed(new ConnectionEvent.Lost(reason));
    }

    @Override
    public void refused(Refusal refusal) {
        feed(new ConnectionEvent.Refused(refusal));
    }

    @Override
    public void drained() {
        feed(new ConnectionEvent.Drained());
    }

    @Override
    public void tokenLost(String reason) {
        feed(new ConnectionEvent.Lost(reason));
    }

    @Override
    public void tokenRefused(Refusal refusal) {
        feed(new ConnectionEvent.Refused(refusal));
    }

    // ---- what its machine wants

    @Override
    public void entered(ConnectionState state) {
        up = state instanceof ConnectionState.Up;
        observer.entered(this, state.shown());
    }

    @Override
    public void ended() {
        if (closed.complete(null)) {
            observer.closed(this);
        }
    }

    @Override
    public void act(ConnectionAction action) {
        switch (action) {
            case ConnectionAction.AskTurn() -> parts.gate().ask(turn);
            case ConnectionAction.GiveTurnBack() -> parts.gate().giveBack(turn);
            case ConnectionAction.Open() -> open();
            case ConnectionAction.Drain() -> Objects.requireNonNull(links).drain();
            case ConnectionAction.Drop() -> drop();
            case ConnectionAction.TellFailed(String reason) -> failed(reason);
            case ConnectionAction.TellUp() -> {
                lastFailure = "";
                log.atDebug().addKeyValue("identity", id()).log("attached to the parent");
                listener.up();
            }
            case ConnectionAction.TellDown(String reason) -> {
                log.atDebug()
                        .addKeyValue("identity", id())
                        .addKeyValue("reason", reason)
                        .log("detached from the parent");
                listener.down(reason);
            }
            case ConnectionAction.TellRefused(Refusal refusal) -> {
                failed(refusal.reason());
                listener.refused(refusal);
            }
        }
    }

    private void open() {
        if (connection == null || tokens == null) {
            feed(new ConnectionEvent.Lost("there is no connection to the parent"));
            return;
        }
        AmqpConnection over = connection;
        IdentityLinks fresh;
        try {
            fresh = new IdentityLinks(parts, over, access, this);
        } catch (IllegalStateException e) {
            feed(new ConnectionEvent.Lost("the parent allows no more sessions: " + e.getMessage()));
            return;
        }
        links = fresh;
        var _ = tokens.hold(access, this).whenComplete((_, failure) -> {
            if (links == fresh) {
                tokenPut(fresh, failure);
            }
        });
    }

    private void tokenPut(IdentityLinks fresh, @Nullable Throwable failure) {
        if (failure == null) {
            fresh.open();
            return;
        }
        Refusal refusal = Answers.of(failure);
        feed(
                Answers.isFinal(refusal)
                        ? new ConnectionEvent.Refused(refusal)
                        : new ConnectionEvent.Lost(refusal.reason()));
    }

    private void drop() {
        ready = false;
        IdentityLinks dropped = links;
        links = null;
        if (tokens != null) {
            tokens.letGo(access, this);
        }
        if (dropped != null) {
            dropped.close("\"" + id() + "\" is detached");
        }
    }

    /** The same failure again and again is one line, and then a matter for debugging; a lost connection has one of its own. */
    private void failed(String reason) {
        boolean quiet = reason.equals(lastFailure) || connection == null || !connection.alive();
        lastFailure = reason;
        log.atLevel(quiet ? Level.DEBUG : Level.WARN)
                .addKeyValue("identity", access)
                .addKeyValue("reason", reason)
                .log("could not attach to the parent, will try again");
    }

    private void feed(ConnectionEvent event) {
        driver.feed(event);
    }

    // ---- steps of the public methods

    private void sendNow(Outgoing message) {
        IdentityLinks attached = up ? attached() : null;
        if (attached == null) {
            message.fail(notAttached());
        } else {
            attached.send(message);
        }
    }

    private <T> CompletableFuture<T> ask(Function<IdentityLinks, CompletableFuture<T>> request) {
        var result = new CompletableFuture<T>();
        return onHome(result, () -> {
            IdentityLinks attached = up ? attached() : null;
            if (attached == null) {
                result.completeExceptionally(new RefusedException(notAttached()));
                return;
            }
            var _ = request.apply(attached).whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(new RefusedException(Answers.of(failure)));
                }
            });
        });
    }

    /** A link lost on the way is no failure: the next one restores what is remembered. */
    private void subscribed(Feature feature, @Nullable Throwable failure, CompletableFuture<Void> result) {
        if (failure == null || !Answers.isFinal(Answers.of(failure))) {
            result.complete(null);
        } else {
            subscriptions.remove(feature);
            result.completeExceptionally(new RefusedException(Answers.of(failure)));
        }
    }

    private @Nullable IdentityLinks attached() {
        return ready ? links : null;
    }

    private void whileAttached(Consumer<IdentityLinks> action) {
        parts.onHome(() -> {
            IdentityLinks attached = attached();
            if (attached != null) {
                action.accept(attached);
            }
        });
    }

    private Refusal notAttached() {
        return new Refusal.Unavailable("\"" + id() + "\" is not attached to the parent");
    }

    /** Runs a step on the loop that completes a stage, which fails where there is no loop any more. */
    private <T> CompletableFuture<T> onHome(CompletableFuture<T> result, Runnable step) {
        if (!parts.onHome(step)) {
            result.completeExceptionally(new RefusedException(notAttached()));
        }
        return result;
    }
}
