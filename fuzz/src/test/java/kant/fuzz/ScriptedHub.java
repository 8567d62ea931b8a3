package kant.fuzz;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.message.SystemProperties;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.protocol.port.Caller;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.ClientLink;
import kant.protocol.port.HubPort;
import kant.protocol.port.LockedMessage;
import kant.protocol.port.Session;

/** A hub that lets everybody in, answers at once, and sends something for every subscription; counts the sessions it has open. */
final class ScriptedHub implements HubPort {
    private static final byte[] PAYLOAD = {'1'};

    /** Refused, so that this way is walked too. */
    private static final String REFUSED = "refused";

    private int open;

    @Override
    public CompletionStage<Session> open(Credential credential, ClientInfo client, ClientLink link) {
        if (client.identity().deviceId().equals(REFUSED)) {
            return CompletableFuture.failedFuture(new RefusedException(new Refusal.Unauthorized("refused")));
        }
        open++;
        return CompletableFuture.completedFuture(new Open(client, link));
    }

    @Override
    public CompletionStage<Caller> call(Credential credential, ClientInfo client) {
        return CompletableFuture.completedFuture(new Calls(client.identity()));
    }

    /** Fails where a session was opened and never closed, or closed twice. */
    void expectNoSession() {
        if (open != 0) {
            throw new AssertionError(open + " sessions are open, their connections closed");
        }
    }

    private static Message message() {
        return new Message(
                IdentityId.device("edge"), Map.of(SystemProperties.MESSAGE_ID, "1"), Map.of("k", "v"), PAYLOAD);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode().put("k", 1);
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    private static CompletionStage<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    private final class Open implements Session {
        private final ClientInfo client;
        private final ClientLink link;
        private boolean closed;
        private long deliveries;

        Open(ClientInfo client, ClientLink link) {
            this.client = client;
            this.link = link;
        }

        @Override
        public IdentityId identity() {
            return client.identity();
        }

        @Override
        public CompletionStage<Void> renew(Credential credential) {
            return done();
        }

        @Override
        public Set<Feature> restored() {
            return client.persistent() ? Set.of(Feature.METHODS) : Set.of();
        }

        @Override
        public CompletionStage<Void> send(Message message) {
            return message.properties().containsKey("refuse")
                    ? CompletableFuture.failedFuture(new RefusedException(new Refusal.TooLarge("refused")))
                    : done();
        }

        @Override
        public CompletionStage<TwinProperties> twin() {
            return done(new TwinProperties(object(), 1, object(), 1));
        }

        @Override
        public CompletionStage<OptionalLong> report(ObjectNode patch) {
            return done(OptionalLong.of(patch.size()));
        }

        @Override
        public CompletionStage<Void> subscribe(Feature feature) {
            switch (feature) {
                case CLOUD_TO_DEVICE -> deliver(feature, "");
                case INPUTS -> deliver(feature, "in");
                case DESIRED -> link.desired(new TwinPatch(object(), 2));
                case METHODS -> link.invoke(new MethodCall("1", "m", PAYLOAD, Duration.ofSeconds(30)));
            }
            return done();
        }

        /** Within what the client says it takes: beyond, a hub of ours never goes. */
        private void deliver(Feature feature, String input) {
            if (deliveries < link.window()) {
                link.deliver(new Delivery(++deliveries, feature, input, message(), 1));
            }
        }

        @Override
        public CompletionStage<Void> unsubscribe(Feature feature) {
            return done();
        }

        @Override
        public void settle(long deliveryId, Settlement settlement) {
            // an unknown id is ignored, and so are the others
        }

        @Override
        public void methodResult(String requestId, MethodResult result) {
            // nobody waits
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                open--;
            }
        }
    }

    private record Calls(IdentityId identity) implements Caller {
        @Override
        public CompletionStage<Void> send(List<Message> messages) {
            return done();
        }

        @Override
        public CompletionStage<Optional<LockedMessage>> receive(Duration lock) {
            return done(Optional.of(new LockedMessage("token", 0, message())));
        }

        @Override
        public CompletionStage<Void> settle(String lockToken, Settlement settlement) {
            return lockToken.equals("token")
                    ? done()
                    : CompletableFuture.failedFuture(
                            new RefusedException(new Refusal.PreconditionFailed("the lock is unknown")));
        }

        @Override
        public CompletionStage<MethodResult> invoke(IdentityId target, MethodCall call, Duration connect) {
            return done(new MethodResult(200, PAYLOAD));
        }
    }
}
