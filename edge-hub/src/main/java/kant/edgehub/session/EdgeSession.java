package kant.edgehub.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kant.edgehub.method.Methods;
import kant.edgehub.route.HubConfiguration;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
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
import kant.routing.Routing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connected client. The steps of a message are in {@link #send}. */
final class EdgeSession implements Session {
    private static final Logger log = LoggerFactory.getLogger(EdgeSession.class);

    private final ClientInfo info;
    private final Credential credential;
    private final ClientLink client;
    private final SessionServices services;
    private final Sessions sessions;
    private final Stamp stamp;
    private final Deliveries deliveries;
    private final Set<Feature> restored;
    private final Set<Feature> features = EnumSet.noneOf(Feature.class);
    private final AtomicBoolean closed = new AtomicBoolean();

    EdgeSession(
            ClientInfo info,
            Credential credential,
            ClientLink client,
            Set<Feature> restored,
            SessionServices services,
            Sessions sessions,
            Stamp stamp) {
        this.info = info;
        this.credential = credential;
        this.client = client;
        this.restored = Set.copyOf(restored);
        this.services = services;
        this.sessions = sessions;
        this.stamp = stamp;
        deliveries = new Deliveries(client, () -> services.outboxes().room(info.identity()));
    }

    @Override
    public CompletionStage<Void> renew(Credential credential) {
        return CompletableFuture.failedFuture(
                new RefusedException(new Refusal.Unavailable("a credential cannot be renewed here")));
    }

    @Override
    public IdentityId identity() {
        return info.identity();
    }

    @Override
    public Set<Feature> restored() {
        return restored;
    }

    Credential credential() {
        return credential;
    }

    boolean listensFor(Feature feature) {
        synchronized (features) {
            return features.contains(feature);
        }
    }

    /** Begins to serve the subscriptions of an earlier connection. */
    void start() {
        restored.forEach(this::begin);
    }

    @Override
    public CompletionStage<Void> send(Message message) {
        HubConfiguration configuration = services.configuration().get().orElse(null);
        if (configuration == null) {
            return refused(new Refusal.Unavailable(
                    "this hub has no usable configuration yet; see lastDesiredStatus of $edgeHub"));
        }
        int size = message.size();
        if (size > Message.MAX_BYTES) {
            return refused(new Refusal.TooLarge("Message size is " + size + " bytes which is greater than the max size "
                    + Message.MAX_BYTES + " bytes allowed"));
        }
        Message stamped = stamp.on(message, info);
        services.meter().received(stamped);
        Routing routing = configuration.routes().route(stamped);
        routing.bodyProblem()
                .ifPresent(problem -> log.atDebug()
                        .addKeyValue("identity", identity())
                        .addKeyValue("reason", problem)
                        .log("a condition on the body was undefined"));
        if (routing.targets().isEmpty()) {
            services.meter().unrouted(stamped);
            return CompletableFuture.completedFuture(null);
        }
        return services.store().append(stamped, routing.targets()).whenComplete((_, failure) -> {
            if (failure == null) {
                services.meter().accepted(routing.matches());
            } else {
                services.meter().unacknowledged(stamped);
            }
        });
    }

    @Override
    public CompletionStage<TwinProperties> twin() {
        return services.twins().get(identity());
    }

    @Override
    public CompletionStage<OptionalLong> report(ObjectNode patch) {
        return services.twins().report(identity(), patch);
    }

    @Override
    public CompletionStage<Void> subscribe(Feature feature) {
        begin(feature);
        return remember();
    }

    @Override
    public CompletionStage<Void> unsubscribe(Feature feature) {
        synchronized (features) {
            features.remove(feature);
        }
        if (feature == Feature.INPUTS) {
            services.outboxes().disconnected(identity(), deliveries);
        } else {
            endUpstream(feature);
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
        EdgeSession successor = sessions.gone(this);
        for (Feature feature : subscribed()) {
            if (successor == null || !successor.listensFor(feature)) {
                endUpstream(feature);
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
                : CompletableFuture.completedFuture(Methods.notFound(identity()));
    }

    void deliver(Delivery delivery, Consumer<Settlement> settle) {
        if (listensFor(Feature.CLOUD_TO_DEVICE)) {
            deliveries.deliverFromParent(delivery, settle);
        } else {
            settle.accept(Settlement.RELEASED);
        }
    }

    private void begin(Feature feature) {
        synchronized (features) {
            features.add(feature);
        }
        if (feature != Feature.INPUTS) {
            log(services.attachments().of(identity()).subscribe(feature), feature);
        } else if (identity().isModule() && !closed.get()) {
            services.outboxes().connected(identity(), deliveries);
        }
    }

    private void endUpstream(Feature feature) {
        if (feature != Feature.INPUTS) {
            services.attachments().find(identity()).ifPresent(upstream -> log(upstream.unsubscribe(feature), feature));
        }
    }

    private void log(CompletionStage<Void> done, Feature feature) {
        var _ = done.whenComplete((_, failure) -> {
            if (failure != null) {
                log.atWarn()
                        .addKeyValue("identity", identity())
                        .addKeyValue("feature", feature)
                        .addKeyValue("reason", failure.getMessage())
                        .log("the parent refused a subscription");
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

    private static CompletionStage<Void> refused(Refusal refusal) {
        return CompletableFuture.failedFuture(new RefusedException(refusal));
    }
}
