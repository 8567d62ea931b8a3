package kant.edgehub.fake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinProperties;
import kant.upstream.Access;
import kant.upstream.Link;
import kant.upstream.LinkState;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamListener;
import org.jspecify.annotations.Nullable;

/** A link whose parent is the test: it says who is up, and answers what was asked. */
public final class FakeLink implements Link {
    private final Map<IdentityId, Identity> identities = new ConcurrentHashMap<>();
    /** Whether identities come up, and take everything, as soon as they are attached. */
    public volatile boolean easy;

    private final List<Consumer<LinkState>> listeners = new CopyOnWriteArrayList<>();
    private volatile LinkState state = LinkState.DOWN;

    /** One attached identity, with everything that was asked of it. */
    public static final class Identity implements UpstreamIdentity {
        private final IdentityId id;
        private final UpstreamListener listener;
        public final List<Message> sent = new CopyOnWriteArrayList<>();
        public final List<CompletableFuture<Void>> sends = new CopyOnWriteArrayList<>();
        public final List<CompletableFuture<TwinProperties>> twinReads = new CopyOnWriteArrayList<>();
        public final List<ObjectNode> reports = new CopyOnWriteArrayList<>();
        public final List<CompletableFuture<OptionalLong>> reportAnswers = new CopyOnWriteArrayList<>();
        public final Set<Feature> subscribed = ConcurrentHashMap.newKeySet();
        public final Map<Long, Settlement> settled = new ConcurrentHashMap<>();
        public final Map<String, MethodResult> methodResults = new ConcurrentHashMap<>();
        public int window = 1000;
        public volatile int retries;
        public volatile boolean closed;
        /** Acknowledges each message at once. */
        public volatile boolean taking;
        /** Answers each twin read at once; null for not at all. */
        public volatile @Nullable TwinProperties twin;

        private volatile boolean up;

        Identity(IdentityId id, UpstreamListener listener) {
            this.id = id;
            this.listener = listener;
        }

        public UpstreamListener listener() {
            return listener;
        }

        public void goUp() {
            up = true;
            listener.up();
        }

        /** Loses the connection: whatever is unanswered fails. */
        public void goDown() {
            up = false;
            List.of(sends, twinReads, reportAnswers)
                    .forEach(list -> list.forEach(answer -> answer.completeExceptionally(
                            new RefusedException(new Refusal.Unavailable("the connection was lost")))));
            listener.down("test");
        }

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
            return window;
        }

        @Override
        public CompletionStage<Void> send(Message message) {
            CompletionStage<Void> answer = asked(sends, () -> sent.add(message));
            if (taking && up) {
                sends.forEach(send -> send.complete(null));
                sends.clear();
            }
            return answer;
        }

        @Override
        public CompletionStage<TwinProperties> twin() {
            TwinProperties known = twin;
            if (known != null && up) {
                return CompletableFuture.completedFuture(known);
            }
            return asked(twinReads, () -> {
                // nothing to note but the answer that is waited for
            });
        }

        @Override
        public CompletionStage<OptionalLong> report(ObjectNode patch) {
            return asked(reportAnswers, () -> reports.add(patch));
        }

        private <T> CompletionStage<T> asked(List<CompletableFuture<T>> answers, Runnable note) {
            if (!up) {
                return CompletableFuture.failedFuture(new RefusedException(new Refusal.Unavailable("not connected")));
            }
            note.run();
            var answer = new CompletableFuture<T>();
            answers.add(answer);
            return answer;
        }

        @Override
        public CompletionStage<Void> subscribe(Feature feature) {
            subscribed.add(feature);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> unsubscribe(Feature feature) {
            subscribed.remove(feature);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void settle(long deliveryId, Settlement settlement) {
            settled.put(deliveryId, settlement);
        }

        @Override
        public void methodResult(String requestId, MethodResult result) {
            methodResults.put(requestId, result);
        }

        @Override
        public void retry() {
            retries++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** The identity, which must be attached. */
    public Identity identity(IdentityId id) {
        Identity identity = identities.get(id);
        if (identity == null) {
            throw new AssertionError(id + " is not attached");
        }
        return identity;
    }

    public boolean attached(IdentityId id) {
        return identities.containsKey(id);
    }

    /** The whole link goes up, with everybody attached to it. */
    public void up() {
        state(LinkState.UP);
        identities.values().forEach(identity -> {
            identity.taking = true;
            identity.goUp();
        });
    }

    /** The whole link goes down. */
    public void down() {
        identities.values().forEach(Identity::goDown);
        state(LinkState.DOWN);
    }

    public void state(LinkState next) {
        state = next;
        listeners.forEach(listener -> listener.accept(next));
    }

    @Override
    public LinkState state() {
        return state;
    }

    @Override
    public void onChange(Consumer<LinkState> listener) {
        listeners.add(listener);
        listener.accept(state);
    }

    @Override
    public UpstreamIdentity attach(Access access, UpstreamListener listener) {
        var identity = new Identity(access.id(), listener);
        identities.put(access.id(), identity);
        if (easy && state == LinkState.UP) {
            identity.taking = true;
            Thread.startVirtualThread(identity::goUp);
        }
        return identity;
    }

    @Override
    public void close() {
        state(LinkState.DRAINING);
    }
}
