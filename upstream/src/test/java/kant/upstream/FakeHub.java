package kant.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
import org.jspecify.annotations.Nullable;

/** A hub behind our own MQTT head that does as it is told and keeps what its sessions are asked. */
public final class FakeHub implements HubPort {
    private static final long LIMIT_SECONDS = 20;

    /** One thing asked of a session, in words and with what came along. */
    public record Asked(IdentityId identity, String what, Object value) {}

    /** One client. */
    public record Client(ClientInfo info, Credential credential, ClientLink link) {}

    public final Map<IdentityId, Client> clients = new ConcurrentHashMap<>();
    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

    public volatile @Nullable Refusal refusal;
    public volatile @Nullable TwinProperties twin;

    /** What a message's acknowledgement waits for. */
    public volatile CompletableFuture<Void> durable = CompletableFuture.completedFuture(null);

    /** The next thing asked must be this; waits for it, but not for ever. */
    public Object next(String what) throws InterruptedException {
        Asked next = asked.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("the next thing asked, waited for %s", what).isNotNull();
        assertThat(next.what()).as("%s", next).isEqualTo(what);
        return next.value();
    }

    public ClientLink link(IdentityId id) {
        return clients.get(id).link();
    }

    @Override
    public CompletionStage<Caller> call(Credential credential, ClientInfo client) {
        return CompletableFuture.failedFuture(
                new RefusedException(new Refusal.Unavailable("requests without a connection are not served here")));
    }

    @Override
    public CompletionStage<Session> open(Credential credential, ClientInfo client, ClientLink link) {
        Refusal no = refusal;
        if (no != null) {
            return CompletableFuture.failedFuture(new RefusedException(no));
        }
        clients.put(client.identity(), new Client(client, credential, link));
        return CompletableFuture.completedFuture(new FakeSession(client.identity()));
    }

    private final class FakeSession implements Session {
        private final IdentityId identity;

        /** A head may subscribe again what is subscribed; that is told once. */
        private final Set<Feature> subscribed = ConcurrentHashMap.newKeySet();

        FakeSession(IdentityId identity) {
            this.identity = identity;
        }

        @Override
        public CompletionStage<Void> renew(Credential credential) {
            note("renew", credential);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public IdentityId identity() {
            return identity;
        }

        @Override
        public Set<Feature> restored() {
            return Set.of();
        }

        @Override
        public CompletionStage<Void> send(Message message) {
            note("send", message);
            return durable;
        }

        @Override
        public CompletionStage<TwinProperties> twin() {
            TwinProperties known = twin;
            return known == null
                    ? CompletableFuture.failedFuture(new RefusedException(new Refusal.NotFound("no twin")))
                    : CompletableFuture.completedFuture(known);
        }

        @Override
        public CompletionStage<OptionalLong> report(ObjectNode patch) {
            note("report", patch);
            return CompletableFuture.completedFuture(OptionalLong.of(12));
        }

        @Override
        public CompletionStage<Void> subscribe(Feature feature) {
            if (subscribed.add(feature)) {
                note("subscribe", feature);
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> unsubscribe(Feature feature) {
            if (subscribed.remove(feature)) {
                note("unsubscribe", feature);
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void settle(long deliveryId, Settlement settlement) {
            note("settle " + deliveryId, settlement);
        }

        @Override
        public void methodResult(String requestId, MethodResult result) {
            note("result " + requestId, result);
        }

        @Override
        public void close() {
            note("close", identity);
        }

        private void note(String what, Object value) {
            asked.add(new Asked(identity, what, value));
        }
    }
}
