package kant.protocol.device;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.protocol.port.Caller;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.ClientLink;
import kant.protocol.port.HubPort;
import kant.protocol.port.LockedMessage;
import kant.protocol.port.Session;
import org.jspecify.annotations.Nullable;

/** A hub that takes single requests, remembers them, and refuses who comes with nothing. */
final class RecordingHub implements HubPort {
    final List<Credential> credentials = new CopyOnWriteArrayList<>();
    final List<ClientInfo> clients = new CopyOnWriteArrayList<>();
    final List<List<Message>> sent = new CopyOnWriteArrayList<>();
    final Deque<LockedMessage> waiting = new ArrayDeque<>();
    final List<Duration> locks = new CopyOnWriteArrayList<>();
    final List<String> settled = new CopyOnWriteArrayList<>();
    final BlockingQueue<Invoked> invoked = new LinkedBlockingQueue<>();

    @Nullable
    Refusal onSend;

    Function<MethodCall, CompletableFuture<MethodResult>> onInvoke =
            _ -> CompletableFuture.completedFuture(new MethodResult(200, new byte[0]));

    record Invoked(IdentityId caller, IdentityId target, MethodCall call, Duration connect) {}

    static <T> CompletableFuture<T> refuse(Refusal refusal) {
        return CompletableFuture.failedFuture(new RefusedException(refusal));
    }

    @Override
    public CompletionStage<Session> open(Credential credential, ClientInfo client, ClientLink link) {
        return refuse(new Refusal.Unavailable("only single requests are served here"));
    }

    @Override
    public CompletionStage<Caller> call(Credential credential, ClientInfo client) {
        credentials.add(credential);
        clients.add(client);
        return credential instanceof Credential.None
                ? refuse(new Refusal.Unauthorized("show a token or a certificate"))
                : CompletableFuture.completedFuture(new RecordingCaller(client.identity()));
    }

    private final class RecordingCaller implements Caller {
        private final IdentityId identity;

        RecordingCaller(IdentityId identity) {
            this.identity = identity;
        }

        @Override
        public IdentityId identity() {
            return identity;
        }

        @Override
        public CompletionStage<Void> send(List<Message> messages) {
            if (onSend != null) {
                return refuse(onSend);
            }
            sent.add(messages);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Optional<LockedMessage>> receive(Duration lock) {
            locks.add(lock);
            return CompletableFuture.completedFuture(Optional.ofNullable(waiting.poll()));
        }

        @Override
        public CompletionStage<Void> settle(String lockToken, Settlement settlement) {
            if (lockToken.equals("stale")) {
                return refuse(new Refusal.PreconditionFailed("the lock is lost"));
            }
            settled.add(lockToken + " " + settlement);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<MethodResult> invoke(IdentityId target, MethodCall call, Duration connect) {
            invoked.add(new Invoked(identity, target, call, connect));
            return onInvoke.apply(call);
        }
    }
}
