package kant.upstream.amqp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Settlement;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinProperties;
import kant.protocol.amqp.wire.Address;
import kant.upstream.Access;
import kant.upstream.UpstreamListener;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One identity's part of one connection: a session with a link for telemetry, and the links of what it has subscribed. Where
 * the parent ends any of them, all of this identity's are given up and attached anew; no other identity notices. Owned by the
 * event loop.
 */
final class IdentityLinks {
    private static final Logger log = LoggerFactory.getLogger(IdentityLinks.class);

    /** What the parent may have on its way to one identity, in bytes; a message in parts included. */
    private static final int SESSION_BYTES = 4 << 20;

    /** Whose they are. */
    interface Owner {
        /** What is to be subscribed; asked until nothing is missing. */
        Set<Feature> subscriptions();

        UpstreamListener listener();

        /** An id that no other delivery of the identity has, on any connection. */
        long nextDeliveryId();

        /** Attached, subscriptions restored. */
        void ready();

        /** The parent has ended a link, for a reason that may pass. */
        void lost(String reason);

        /** The parent does not want the identity. */
        void refused(Refusal refusal);

        /** After {@link #drain}: nothing is in flight any more. */
        void drained();
    }

    private final AmqpParts parts;
    private final AmqpConnection connection;
    private final IdentityId id;
    private final Owner owner;
    private final Session session;
    private final SessionLinks links;
    private final LinkOpening opening;
    private final TelemetryLink telemetry;
    private final Map<Feature, DeliveryLink> deliveries = new EnumMap<>(Feature.class);
    private final EnumSet<Feature> subscribed = EnumSet.noneOf(Feature.class);

    /** What the parent refused while all was restored; asked for again when somebody subscribes it anew. */
    private final EnumSet<Feature> refused = EnumSet.noneOf(Feature.class);

    private @Nullable MethodLinks methods;
    private @Nullable TwinLinks twin;
    private @Nullable CompletableFuture<TwinLinks> twinOpened;
    private boolean draining;
    private boolean closed;

    /** @throws IllegalStateException where the parent allows no more sessions */
    IdentityLinks(AmqpParts parts, AmqpConnection connection, Access access, Owner owner) {
        this.parts = parts;
        this.connection = connection;
        this.owner = owner;
        id = access.id();
        session = connection.session();
        var terms = new LinkTerms(parts.config().product(), access.chainText(), access.modelId());
        links = new SessionLinks(session, id, terms, parts.randomness().uuid());
        opening = new LinkOpening(parts.home(), parts.config().answer(), this::ended);
        Sender sender = links.sender(Address.Kind.EVENTS, SenderSettleMode.UNSETTLED, "");
        telemetry = new TelemetryLink(sender, parts, connection.bytes(), this::lost);
    }

    /** Attaches what is needed; the owner hears how it went. */
    void open() {
        session.setIncomingCapacity(SESSION_BYTES)
                .closeHandler(gone -> ended(Answers.refusal(gone.getRemoteCondition())))
                .open();
        restore(telemetry.open(opening));
    }

    void send(Outgoing message) {
        telemetry.send(message);
    }

    /** The socket takes more again. */
    void writable() {
        telemetry.pump();
    }

    CompletableFuture<TwinProperties> twin() {
        return withTwin().thenCompose(open -> open.get().whenComplete((_, _) -> tellWhenDrained()));
    }

    CompletableFuture<OptionalLong> report(ObjectNode changes) {
        return withTwin().thenCompose(open -> open.patch(changes).whenComplete((_, _) -> tellWhenDrained()));
    }

    /** Whether a feature is subscribed, or is about to be. */
    boolean has(Feature feature) {
        return subscribed.contains(feature) && !refused.contains(feature);
    }

    CompletableFuture<Void> subscribe(Feature feature) {
        subscribed.add(feature);
        refused.remove(feature);
        return switch (feature) {
            case CLOUD_TO_DEVICE -> deliveries(feature, Address.Kind.DEVICE_BOUND);
            case INPUTS -> deliveries(feature, Address.Kind.EVENTS);
            case METHODS -> methods();
            case DESIRED -> withTwin().thenCompose(TwinLinks::subscribe);
        };
    }

    CompletableFuture<Void> unsubscribe(Feature feature) {
        subscribed.remove(feature);
        return switch (feature) {
            case CLOUD_TO_DEVICE, INPUTS -> {
                DeliveryLink link = deliveries.remove(feature);
                if (link != null) {
                    link.close();
                }
                yield CompletableFuture.completedFuture(null);
            }
            case METHODS -> {
                if (methods != null) {
                    methods.close();
                    methods = null;
                }
                yield CompletableFuture.completedFuture(null);
            }
            case DESIRED -> withTwin().thenCompose(TwinLinks::unsubscribe);
        };
    }

    void settle(long deliveryId, Settlement settlement) {
        for (DeliveryLink link : deliveries.values()) {
            if (link.settle(deliveryId, settlement)) {
                return;
            }
        }
    }

    void methodResult(String requestId, MethodResult result) {
        if (methods != null) {
            methods.answer(requestId, result);
        }
    }

    /** The owner sends nothing new from now on and wants to hear when nothing is in flight. */
    void drain() {
        draining = true;
        telemetry.onDrained(this::tellWhenDrained);
        tellWhenDrained();
    }

    /** Detaches it all; what was in flight fails. The owner is told nothing any more. */
    void close(String reason) {
        if (closed) {
            return;
        }
        closed = true;
        if (connection.alive()) {
            session.close();
        }
        var refusal = new Refusal.Unavailable("no link to the parent: " + reason);
        telemetry.failAll(refusal);
        if (twin != null) {
            twin.failAll(refusal);
        }
    }

    /** Subscribes what is missing, until nothing is: the owner may change its mind while an answer is on its way. */
    private void restore(CompletableFuture<Void> before) {
        List<CompletableFuture<Void>> steps = new ArrayList<>();
        steps.add(before);
        Set<Feature> wanted = owner.subscriptions();
        for (Feature feature : wanted) {
            if (!subscribed.contains(feature)) {
                steps.add(restored(feature));
            }
        }
        for (Feature feature : EnumSet.copyOf(subscribed)) {
            if (!wanted.contains(feature)) {
                var _ = unsubscribe(feature);
            }
        }
        boolean complete = steps.size() == 1;
        var _ = CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new)).whenComplete((_, failure) -> {
            if (closed) {
                return;
            }
            if (failure != null) {
                ended(Answers.of(failure));
            } else if (complete && subscribed.equals(owner.subscriptions())) {
                owner.ready();
            } else {
                restore(CompletableFuture.completedFuture(null));
            }
        });
    }

    /** A feature that the parent does not offer this identity is no reason to go without the others. */
    private CompletableFuture<Void> restored(Feature feature) {
        return subscribe(feature).exceptionallyCompose(failure -> {
            Refusal refusal = Answers.of(failure);
            if (!Answers.isFinal(refusal)) {
                return CompletableFuture.failedFuture(failure);
            }
            log.atWarn()
                    .addKeyValue("identity", id)
                    .addKeyValue("feature", feature)
                    .addKeyValue("reason", refusal.reason())
                    .log("a subscription was not restored");
            refused.add(feature);
            return CompletableFuture.completedFuture(null);
        });
    }

    private CompletableFuture<Void> deliveries(Feature feature, Address.Kind kind) {
        var link = new DeliveryLink(id, feature, links.receiver(kind, SenderSettleMode.UNSETTLED, ""), owner);
        deliveries.put(feature, link);
        return link.open(opening);
    }

    private CompletableFuture<Void> methods() {
        String channel = "methods:" + parts.randomness().uuid();
        methods = new MethodLinks(
                id,
                links.sender(Address.Kind.METHODS, SenderSettleMode.SETTLED, channel),
                links.receiver(Address.Kind.METHODS, SenderSettleMode.SETTLED, channel),
                owner);
        return methods.open(opening);
    }

    /** The twin's links, attached when first needed. */
    private CompletableFuture<TwinLinks> withTwin() {
        if (twinOpened == null) {
            String channel = "twin:" + parts.randomness().uuid();
            var fresh = new TwinLinks(
                    id,
                    links.sender(Address.Kind.TWIN, SenderSettleMode.SETTLED, channel),
                    links.receiver(Address.Kind.TWIN, SenderSettleMode.SETTLED, channel),
                    parts.home(),
                    parts.config().request(),
                    owner);
            twin = fresh;
            twinOpened = fresh.open(opening).thenApply(_ -> fresh);
            var _ = twinOpened.whenComplete((_, failure) -> twinOpened(failure));
        }
        return twinOpened;
    }

    /** Links that were refused are asked for again when they are needed again. */
    private void twinOpened(@Nullable Throwable failure) {
        if (failure != null && !closed) {
            twinOpened = null;
            Refusal refusal = Answers.of(failure);
            if (!Answers.isFinal(refusal)) {
                ended(refusal);
            }
        }
    }

    private void tellWhenDrained() {
        if (draining && !closed && telemetry.isEmpty() && (twin == null || twin.isEmpty())) {
            owner.drained();
        }
    }

    private void ended(Refusal refusal) {
        if (closed) {
            return;
        }
        if (Answers.isFinal(refusal)) {
            owner.refused(refusal);
        } else {
            owner.lost(refusal.reason());
        }
    }

    private void lost(String reason) {
        if (!closed) {
            owner.lost(reason);
        }
    }
}
