package kant.edgehub.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kant.edgehub.auth.Claim;
import kant.edgehub.method.Methods;
import kant.model.auth.Credential;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.ClientLink;
import kant.protocol.port.Session;

/** One connected client. The steps of a message that it sends are in {@link Intake}. */
final class EdgeSession implements Session {
    /** SDKs give a subscription 15 s; a parent that takes longer to tell the twin must not end it. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(5);

    private final ClientInfo info;
    private final ClientLink client;
    private final SessionServices services;
    private final Sessions sessions;
    private final Deliveries deliveries;
    private final Set<Feature> restored;
    private final Set<Feature> features = EnumSet.noneOf(Feature.class);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Claim claim;

    EdgeSession(
            ClientInfo info,
            Credential credential,
            ClientLink client,
            Set<Feature> restored,
            SessionServices services,
            Sessions sessions) {
        this.info = info;
        this.claim = Claim.of(credential, info);
        this.client = client;
        this.restored = Set.copyOf(restored);
        this.services = services;
        this.sessions = sessions;
        deliveries = new Deliveries(
                info.identity(),
                client,
                () -> services.outboxes().room(info.identity()),
                services.time(),
                services.meter());
    }

    @Override
    public CompletionStage<Void> renew(Credential credential) {
        var renewed = new Claim(info.identity(), info.authChain(), credential);
        return services.authenticator().check(renewed).thenRun(() -> claim = renewed);
    }

    @Override
    public IdentityId identity() {
        return info.identity();
    }

    @Override
    public Set<Feature> restored() {
        return restored;
    }

    Claim claim() {
        return claim;
    }

    boolean listensFor(Feature feature) {
        synchronized (features) {
            return features.contains(feature);
        }
    }

    /** Begins to serve the subscriptions of an earlier connection. */
    void start() {
        restored.forEach(feature -> {
            var _ = begin(feature);
        });
    }

    @Override
    public CompletionStage<Void> send(Message message) {
        return services.intake().accept(message, info);
    }

    @Override
    public CompletionStage<TwinProperties> twin() {
        return timed(services.twins().get(identity()), took -> services.meter().twinRead(identity(), took));
    }

    @Override
    public CompletionStage<OptionalLong> report(ObjectNode patch) {
        return timed(
                services.twins()
                        .report(identity(), patch)
                        .thenCompose(version ->
                                services.intake().reported(identity(), patch).thenApply(_ -> version)),
                took -> services.meter().reported(identity(), took));
    }

    @Override
    public CompletionStage<Void> subscribe(Feature feature) {
        CompletionStage<Void> begun = begin(feature);
        CompletionStage<Void> ready = feature == Feature.DESIRED
                ? begun.thenCompose(_ -> firstLook())
                : CompletableFuture.completedFuture(null);
        return ready.thenCompose(_ -> remember());
    }

    @Override
    public CompletionStage<Void> unsubscribe(Feature feature) {
        synchronized (features) {
            features.remove(feature);
        }
        if (feature == Feature.INPUTS) {
            services.outboxes().disconnected(identity(), deliveries);
        } else {
            services.interests().drop(identity(), feature, this);
        }
        return remember();
    }

    @Override
    public void settle(long deliveryId, Settlement settlement) {
        deliveries.settle(List.of(deliveryId), settlement);
    }

    @Override
    public void accept(List<Long> deliveryIds) {
        deliveries.settle(deliveryIds, Settlement.ACCEPTED);
    }

    @Override
    public void methodResult(String requestId, MethodResult result) {
        services.methods().answer(identity(), requestId, result);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        services.outboxes().disconnected(identity(), deliveries);
        deliveries.close();
        services.methods().gone(client);
        sessions.gone(this);
        for (Feature feature : subscribed()) {
            if (feature != Feature.INPUTS) {
                services.interests().drop(identity(), feature, this);
            }
        }
    }

    /** Closes the client's connection; the head calls {@link #close} as well, which is harmless. */
    void disconnect(String reason) {
        client.disconnect(reason);
        close();
    }

    void desired(TwinPatch patch) {
        if (listensFor(Feature.DESIRED)) {
            client.desired(patch);
        }
    }

    CompletionStage<MethodResult> invoke(MethodCall call) {
        return listensFor(Feature.METHODS)
                ? services.methods().call(identity(), client, call)
                : CompletableFuture.failedFuture(Methods.notFound(identity()));
    }

    void deliver(Delivery delivery, Consumer<Settlement> settle) {
        deliveries.deliverFromParent(delivery, settle);
    }

    /** The stage completes when the parent has heard of it, where it can hear. */
    private CompletionStage<Void> begin(Feature feature) {
        synchronized (features) {
            features.add(feature);
        }
        CompletionStage<Void> begun = CompletableFuture.completedFuture(null);
        if (feature != Feature.INPUTS) {
            begun = services.interests().want(identity(), feature, this);
            if (closed.get()) {
                services.interests().drop(identity(), feature, this); // closed meanwhile, and that did not see it
            }
        } else if (identity().isModule() && !closed.get()) {
            services.outboxes().connected(identity(), deliveries);
        }
        if (feature == Feature.METHODS) {
            services.arrivals().listens(identity());
        }
        return begun;
    }

    /**
     * Completes when this hub knows the twin whose changes it is to tell, or cannot know it now. What changed before its first
     * look is no change to it, so a client must not take itself for subscribed before.
     */
    private CompletionStage<Void> firstLook() {
        if (services.twins().cached(identity()).isPresent()) {
            return CompletableFuture.completedFuture(null);
        }
        var looked = new CompletableFuture<Void>();
        var _ = services.twins().get(identity()).whenComplete((_, _) -> looked.complete(null));
        var _ = services.tasks()
                .after(FIRST_LOOK, "first look at the twin of " + identity(), () -> looked.complete(null));
        return looked;
    }

    private <T> CompletionStage<T> timed(CompletionStage<T> work, Consumer<Duration> took) {
        long began = services.time().nanos();
        return work.whenComplete((_, failure) -> {
            if (failure == null) {
                took.accept(Duration.ofNanos(services.time().nanos() - began));
            }
        });
    }

    private Set<Feature> subscribed() {
        synchronized (features) {
            return features.isEmpty() ? EnumSet.noneOf(Feature.class) : EnumSet.copyOf(features);
        }
    }

    /** A subscription of a persistent session is on disk before it is acknowledged. */
    private CompletionStage<Void> remember() {
        return info.persistent()
                ? sessions.keep(identity(), this::subscribed)
                : CompletableFuture.completedFuture(null);
    }
}
