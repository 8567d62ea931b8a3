package kant.protocol.mqtt;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinProperties;
import kant.protocol.port.Caller;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.ClientLink;
import kant.protocol.port.HubPort;
import kant.protocol.port.Session;

/** A hub that lets everybody in, remembers what it was told, and can be made to refuse or to keep silent. */
final class MemoryHub implements HubPort {
    final List<MemorySession> sessions = new CopyOnWriteArrayList<>();
    final Set<Feature> restored = EnumSet.noneOf(Feature.class);

    /** What each open is answered; the given session by default. */
    Supplier<CompletionStage<Void>> onOpen = () -> CompletableFuture.completedFuture(null);

    private final Map<IdentityId, MemorySession> current = new ConcurrentHashMap<>();

    static <T> CompletionStage<T> refuse(Refusal refusal) {
        return CompletableFuture.failedFuture(new RefusedException(refusal));
    }

    @Override
    public CompletionStage<Caller> call(Credential credential, ClientInfo client) {
        return CompletableFuture.failedFuture(
                new RefusedException(new Refusal.Unavailable("requests without a connection are not served here")));
    }

    @Override
    public CompletionStage<Session> open(Credential credential, ClientInfo client, ClientLink link) {
        var session = new MemorySession(credential, client, link, Set.copyOf(restored));
        return onOpen.get().thenApply(_ -> {
            sessions.add(session);
            MemorySession older = current.put(client.identity(), session);
            if (older != null) {
                older.link.disconnect("a newer connection of \"" + client.identity() + "\" took its place");
            }
            return session;
        });
    }

    MemorySession last() {
        return sessions.getLast();
    }

    static final class MemorySession implements Session {
        static final int REPORTED_VERSION = 7;

        final Credential credential;
        final ClientInfo client;
        final ClientLink link;
        final List<Message> sent = new CopyOnWriteArrayList<>();
        final List<CompletableFuture<Void>> sends = new CopyOnWriteArrayList<>();
        final List<ObjectNode> reports = new CopyOnWriteArrayList<>();
        final List<String> settled = new CopyOnWriteArrayList<>();
        final List<String> results = new CopyOnWriteArrayList<>();
        final Set<Feature> subscribed = ConcurrentHashMap.newKeySet();
        final List<Feature> subscribeCalls = new CopyOnWriteArrayList<>();
        volatile int closed;

        /** Whether sends complete at once; else a test completes {@link #sends}. */
        volatile boolean prompt = true;

        volatile Supplier<CompletionStage<Void>> onSubscribe = () -> CompletableFuture.completedFuture(null);
        volatile Supplier<CompletionStage<OptionalLong>> onReport =
                () -> CompletableFuture.completedFuture(OptionalLong.of(8));
        volatile Supplier<CompletionStage<TwinProperties>> onTwin = () -> CompletableFuture.completedFuture(
                new TwinProperties(object("rate", 5), 4, object("state", 1), REPORTED_VERSION));

        private final Set<Feature> restored;

        MemorySession(Credential credential, ClientInfo client, ClientLink link, Set<Feature> restored) {
            this.credential = credential;
            this.client = client;
            this.link = link;
            this.restored = restored;
        }

        static ObjectNode object(String key, int value) {
            return JsonNodeFactory.instance.objectNode().put(key, value);
        }

        @Override
        public CompletionStage<Void> renew(Credential credential) {
            return CompletableFuture.failedFuture(
                    new RefusedException(new Refusal.Unavailable("a credential cannot be renewed here")));
        }

        @Override
        public IdentityId identity() {
            return client.identity();
        }

        @Override
        public Set<Feature> restored() {
            return client.persistent() ? restored : Set.of();
        }

        @Override
        public CompletionStage<Void> send(Message message) {
            var stage = new CompletableFuture<Void>();
            sent.add(message);
            sends.add(stage);
            if (prompt) {
                stage.complete(null);
            }
            return stage;
        }

        @Override
        public CompletionStage<TwinProperties> twin() {
            return onTwin.get();
        }

        @Override
        public CompletionStage<OptionalLong> report(ObjectNode patch) {
            reports.add(patch);
            return onReport.get();
        }

        @Override
        public CompletionStage<OptionalLong> report(ObjectNode patch, long expectedVersion) {
            return expectedVersion == REPORTED_VERSION
                    ? report(patch)
                    : refuse(new Refusal.PreconditionFailed("the version is " + REPORTED_VERSION));
        }

        @Override
        public CompletionStage<Void> subscribe(Feature feature) {
            subscribeCalls.add(feature);
            return onSubscribe.get().thenRun(() -> subscribed.add(feature));
        }

        @Override
        public CompletionStage<Void> unsubscribe(Feature feature) {
            subscribed.remove(feature);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void settle(long deliveryId, Settlement settlement) {
            settled.add(deliveryId + " " + settlement);
        }

        @Override
        public void methodResult(String requestId, MethodResult result) {
            results.add(requestId + " " + result.status() + " " + new String(result.payload()));
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
