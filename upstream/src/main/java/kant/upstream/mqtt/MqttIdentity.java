package kant.upstream.mqtt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinProperties;
import kant.protocol.mqtt.Topics;
import kant.upstream.Access;
import kant.upstream.ConnectionAction;
import kant.upstream.ConnectionEvent;
import kant.upstream.ConnectionMachine;
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
 * One identity across its connections: what it has subscribed, whom it tells, and the machine that connects it again. All
 * state belongs to one event loop; the public methods hop to it.
 */
final class MqttIdentity implements UpstreamIdentity, MqttConnection.Owner, ConnectionDriver.Effects {
    private static final Logger log = LoggerFactory.getLogger(MqttIdentity.class);

    /** The link it belongs to; told on this identity's event loop. */
    interface Observer {
        void entered(MqttIdentity identity, LinkState state);

        void closed(MqttIdentity identity);
    }

    private final LinkParts parts;
    private final IdentityId id;
    private final Access access;
    private final UpstreamListener listener;
    private final Observer observer;
    private final EventLoop loop;
    private final ConnectionDriver driver;
    private final Runnable turn = () -> onLoop(() -> feed(new ConnectionEvent.Turn()));
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private final EnumSet<Feature> subscriptions = EnumSet.noneOf(Feature.class);
    private long lastDeliveryId;
    private int attempts;
    private String lastFailure = "";
    private volatile boolean up;

    private @Nullable Attempt attempt;
    private @Nullable MqttConnection connection;

    MqttIdentity(
            LinkParts parts, Access access, ConnectionMachine machine, UpstreamListener listener, Observer observer) {
        this.parts = parts;
        this.access = access;
        id = access.id();
        this.listener = new GuardedListener(id, listener);
        this.observer = observer;
        loop = parts.loops().group().next();
        driver = new ConnectionDriver(machine, loop, parts.time(), parts.randomness(), this);
    }

    void start() {
        onLoop(() -> feed(new ConnectionEvent.Tick()));
    }

    /** The network is back: another identity has reached the parent. */
    void parentBack() {
        onLoop(() -> feed(new ConnectionEvent.ParentBack()));
    }

    /** Completes when it has ended. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    // ---- what its user asks, from any thread

    @Override
    public IdentityId id() {
        return id;
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
            Request.Publish publish = Wire.publish(id, message);
            return onLoop(publish.done(), () -> sendNow(publish));
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<TwinProperties> twin() {
        return ask(connected -> {
            var request = connected.twins().get();
            connected.publishOnce(Topics.twinGet(request.requestId()), new byte[0]);
            return request.result();
        });
    }

    @Override
    public CompletionStage<OptionalLong> report(ObjectNode patch) {
        byte[] payload = TwinJson.bytes(patch);
        if (payload.length > Message.MAX_BYTES) {
            return CompletableFuture.failedFuture(new RefusedException(new Refusal.TooLarge("reported properties of "
                    + payload.length + " bytes are more than the " + Message.MAX_BYTES + " that the parent takes")));
        }
        return ask(connected -> {
            var request = connected.twins().patch();
            connected.publishOnce(Topics.twinPatch(request.requestId()), payload);
            return request.result();
        });
    }

    @Override
    public CompletionStage<Void> subscribe(Feature feature) {
        var result = new CompletableFuture<Void>();
        return onLoop(result, () -> {
            subscriptions.add(feature);
            if (connection == null || connection.has(feature)) {
                result.complete(null);
                return;
            }
            var _ = connection.subscribe(feature).whenComplete((_, failure) -> subscribed(feature, failure, result));
        });
    }

    @Override
    public CompletionStage<Void> unsubscribe(Feature feature) {
        var result = new CompletableFuture<Void>();
        return onLoop(result, () -> {
            if (!subscriptions.remove(feature) || connection == null) {
                result.complete(null);
                return;
            }
            // where the connection is lost first, the next one does not subscribe it
            var _ = connection.unsubscribe(feature).whenComplete((_, _) -> result.complete(null));
        });
    }

    @Override
    public void settle(long deliveryId, Settlement settlement) {
        whileConnected(connected -> {
            switch (settlement) {
                case ACCEPTED, REJECTED -> connected.acknowledge(deliveryId);
                case RELEASED, ABANDONED -> connected.release(deliveryId);
            }
        });
    }

    @Override
    public void methodResult(String requestId, MethodResult result) {
        whileConnected(connected ->
                connected.publishOnce(Topics.methodResponse(result.status(), requestId), result.payload()));
    }

    @Override
    public void retry() {
        onLoop(() -> feed(new ConnectionEvent.Retry()));
    }

    @Override
    public void close() {
        if (!onLoop(() -> feed(new ConnectionEvent.Close()))) {
            closed.complete(null);
        }
    }

    // ---- what its connection tells, on the loop

    @Override
    public UpstreamListener listener() {
        return listener;
    }

    @Override
    public long nextDeliveryId() {
        return ++lastDeliveryId;
    }

    @Override
    public Set<Feature> subscriptions() {
        return EnumSet.copyOf(subscriptions);
    }

    @Override
    public void ready(MqttConnection opened) {
        connection = opened;
        feed(new ConnectionEvent.Ready(
                Duration.between(parts.time().now(), opened.login().expires())));
    }

    @Override
    public void lost(String reason) {
        feed(new ConnectionEvent.Lost(reason));
    }

    @Override
    public void unreached(String reason) {
        feed(new ConnectionEvent.Unreached(reason));
    }

    @Override
    public void refused(Refusal refusal) {
        feed(new ConnectionEvent.Refused(refusal));
    }

    @Override
    public void drained() {
        feed(new ConnectionEvent.Drained());
    }

    // ---- what its machine wants, on the loop

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
            case ConnectionAction.Drain() -> Objects.requireNonNull(connection).drain();
            case ConnectionAction.Drop() -> drop();
            case ConnectionAction.TellFailed(String reason) -> failed(reason);
            case ConnectionAction.TellUp() -> {
                lastFailure = "";
                log.atInfo().addKeyValue("identity", id).log("connected to the parent");
                listener.up();
            }
            case ConnectionAction.TellDown(String reason) -> {
                log.atInfo()
                        .addKeyValue("identity", id)
                        .addKeyValue("reason", reason)
                        .log("left the parent");
                listener.down(reason);
            }
            case ConnectionAction.TellRefused(Refusal refusal) -> {
                failed(refusal.reason());
                listener.refused(refusal);
            }
        }
    }

    private void open() {
        attempt = new Attempt(parts, access, loop, this, attempts++);
        attempt.start();
    }

    private void drop() {
        connection = null;
        if (attempt != null) {
            attempt.drop();
            attempt = null;
        }
    }

    /** The same failure again and again is one line, and then a matter for debugging. */
    private void failed(String reason) {
        var level = reason.equals(lastFailure) ? Level.DEBUG : Level.WARN;
        lastFailure = reason;
        log.atLevel(level)
                .addKeyValue("identity", id)
                .addKeyValue("reason", reason)
                .log("could not connect to the parent, will try again");
    }

    private void feed(ConnectionEvent event) {
        driver.feed(event);
    }

    // ---- steps of the public methods

    /** Something that is asked of the parent. */
    private interface Ask<T> {
        CompletableFuture<T> of(MqttConnection connected) throws RefusedException;
    }

    private void sendNow(Request.Publish publish) {
        if (up && connection != null) {
            connection.send(publish);
        } else {
            publish.fail(notConnected());
        }
    }

    private <T> CompletableFuture<T> ask(Ask<T> request) {
        var result = new CompletableFuture<T>();
        return onLoop(result, () -> askNow(request, result));
    }

    private <T> void askNow(Ask<T> request, CompletableFuture<T> result) {
        if (!up || connection == null) {
            result.completeExceptionally(new RefusedException(notConnected()));
            return;
        }
        try {
            var _ = request.of(connection).whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(unwrapped(failure));
                }
            });
        } catch (RefusedException e) {
            result.completeExceptionally(e);
        }
    }

    /** A connection lost on the way is no failure: the next one restores what is remembered. */
    private void subscribed(Feature feature, @Nullable Throwable failure, CompletableFuture<Void> result) {
        if (failure instanceof RefusedException refused && !(refused.refusal() instanceof Refusal.Unavailable)) {
            subscriptions.remove(feature);
            result.completeExceptionally(failure);
        } else {
            result.complete(null);
        }
    }

    /** Also while subscriptions are still being restored: what the first of them brings may be settled before the last is. */
    private void whileConnected(Consumer<MqttConnection> action) {
        onLoop(() -> {
            MqttConnection current = attempt == null ? null : attempt.connection();
            if (current != null) {
                action.accept(current);
            }
        });
    }

    private Refusal notConnected() {
        return new Refusal.Unavailable("\"" + id + "\" is not connected to the parent");
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : failure;
    }

    /** Runs a step on the loop that completes a stage, which fails where there is no loop any more. */
    private <T> CompletableFuture<T> onLoop(CompletableFuture<T> result, Runnable step) {
        if (!onLoop(step)) {
            result.completeExceptionally(new RefusedException(notConnected()));
        }
        return result;
    }

    /** Runs a step on the loop, at once where this is it; false where the program has stopped its loops. */
    private boolean onLoop(Runnable step) {
        if (loop.inEventLoop()) {
            step.run();
            return true;
        }
        try {
            loop.execute(step);
            return true;
        } catch (RejectedExecutionException _) {
            return false;
        }
    }
}
