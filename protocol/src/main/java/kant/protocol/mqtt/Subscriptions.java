package kant.protocol.mqtt;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.protocol.net.OnLoop;
import kant.protocol.port.Session;
import org.jspecify.annotations.Nullable;

/**
 * What one client has subscribed to: at most one subscription for each feature, however many filters ask for it and in
 * whatever spelling, so a client cannot make it grow.
 */
@OnLoop
final class Subscriptions {
    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

    /** MQTT 3.1.1 §3.9.3. */
    static final int FAILURE = 0x80;

    private final IdentityId client;
    private final Session session;
    private final @Nullable SessionMemory memory;
    private final Map<Feature, Subscription> features = new EnumMap<>(Feature.class);
    private final boolean resumed;
    private @Nullable Integer twinReplyQos;

    /**
     * A feature that the client gets.
     *
     * @param qos 0 or 1
     * @param prefix the front of its topics as the client spells it
     * @param registered completes when the hub has it
     */
    record Subscription(int qos, String prefix, CompletionStage<Void> registered) {

        /** The same on a connection whose hub restored it. */
        private Subscription thatIsRegistered() {
            return new Subscription(qos, prefix, DONE);
        }
    }

    /**
     * Begins with what an earlier connection left: the hub says which features, the memory with which quality and spelling.
     * What it has forgotten has quality 1.
     *
     * @param memory null for a clean session
     */
    Subscriptions(Session session, @Nullable SessionMemory memory) {
        this.client = session.identity();
        this.session = session;
        this.memory = memory;
        SessionMemory.Remembered before = memory == null ? null : memory.of(client);
        for (Feature feature : session.restored()) {
            Subscription known = before == null ? null : before.features().get(feature);
            features.put(
                    feature,
                    known == null ? new Subscription(1, Topics.prefix(client), DONE) : known.thatIsRegistered());
        }
        Integer withFeatures = features.isEmpty() ? null : Integer.valueOf(1);
        twinReplyQos = before == null ? withFeatures : before.twinReplyQos();
        resumed = !features.isEmpty() || twinReplyQos != null;
    }

    /** Whether there was something left of an earlier connection. */
    boolean areResumed() {
        return resumed;
    }

    /** The quality for answers to twin requests, or null where the client does not want them. */
    @Nullable
    Integer twinReplyQos() {
        return twinReplyQos;
    }

    @Nullable
    Subscription of(Feature feature) {
        return features.get(feature);
    }

    /** Takes one filter; completes with the code for SUBACK when the hub has the subscription. */
    CompletionStage<Integer> add(String filter, int requestedQos) {
        int qos = Math.min(1, requestedQos);
        return switch (Filter.read(filter, client)) {
            case Filter.Of(Feature feature, String prefix) -> add(feature, prefix, qos);
            case Filter.TwinReplies() -> {
                twinReplyQos = qos;
                remember();
                yield CompletableFuture.completedFuture(qos);
            }
            case Filter.Nothing() -> CompletableFuture.completedFuture(qos);
            case Filter.Foreign() -> CompletableFuture.completedFuture(FAILURE);
        };
    }

    /** Takes one filter away; completes when the hub knows. */
    CompletionStage<Void> remove(String filter) {
        return switch (Filter.read(filter, client)) {
            case Filter.Of wanted -> {
                boolean known = features.remove(wanted.feature()) != null;
                remember();
                yield known ? session.unsubscribe(wanted.feature()) : DONE;
            }
            case Filter.TwinReplies() -> {
                twinReplyQos = null;
                remember();
                yield DONE;
            }
            case Filter.Nothing(), Filter.Foreign() -> DONE;
        };
    }

    /** Forgets what the hub would not give. */
    void forgetRefused() {
        if (features.values().removeIf(s -> s.registered().toCompletableFuture().isCompletedExceptionally())) {
            remember();
        }
    }

    private CompletionStage<Integer> add(Feature feature, String prefix, int qos) {
        Subscription old = features.get(feature);
        CompletionStage<Void> registered = old == null ? session.subscribe(feature) : old.registered();
        var subscription = new Subscription(qos, prefix, registered);
        features.put(feature, subscription);
        remember();
        return registered.thenApply(_ -> qos);
    }

    private void remember() {
        if (memory != null) {
            memory.keep(client, new SessionMemory.Remembered(features, twinReplyQos));
        }
    }
}
