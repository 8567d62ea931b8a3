package kant.edgehub.fake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinProperties;
import kant.upstream.Link;
import kant.upstream.LinkState;
import kant.upstream.TokenSource;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamListener;

/** A link whose parent is the test: it says who is up, and answers what was asked. */
public final class FakeLink implements Link {
    private final Map<IdentityId, Identity> identities = new HashMap<>();
    private final List<Consumer<LinkState>> listeners = new ArrayList<>();
    private LinkState state = LinkState.DOWN;

    /** One attached identity, with everything that was asked of it. */
    public static final class Identity implements UpstreamIdentity {
        private final IdentityId id;
        private final UpstreamListener listener;
        public final List<Message> sent = new ArrayList<>();
        public final List<CompletableFuture<Void>> sends = new ArrayList<>();
        public final List<CompletableFuture<TwinProperties>> twinReads = new ArrayList<>();
        public final List<ObjectNode> reports = new ArrayList<>();
        public final List<CompletableFuture<OptionalLong>> reportAnswers = new ArrayList<>();
        public final Set<Feature> subscribed = EnumSet.noneOf(Feature.class);
        public final Map<Long, Settlement> settled = new HashMap<>();
        public final Map<String, MethodResult> methodResults = new HashMap<>();
        public int window = 1000;
        public int retries;
        public boolean closed;
        private boolean up;

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
            List.of(sends, twinReads, reportAnswers).forEach(list -> list.forEach(answer -> answer.completeExceptionally(
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
            return asked(sends, () -> sent.add(message));
        }

        @Override
        public CompletionStage<TwinProperties> twin() {
            return asked(twinReads, () -> {});
        }

        @Override
        public CompletionStage<OptionalLong> report(ObjectNode patch) {
            return asked(reportAnswers, () -> reports.add(patch));
        }

        private <T> CompletionStage<T> asked(List<CompletableFuture<T>> answers, Runnable note) {
            if (!up) {
                return CompletableFuture.failedFuture(
                        new RefusedException(new Refusal.Unavailable("not connected")));
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
    public UpstreamIdentity attach(IdentityId id, TokenSource tokens, UpstreamListener listener) {
        var identity = new Identity(id, listener);
        identities.put(id, identity);
        return identity;
    }

    @Override
    public void close() {
        state(LinkState.DRAINING);
    }
}
