package kant.edgehub.caller;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.edgehub.method.LocalCalls;
import kant.edgehub.session.Intake;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.protocol.port.Caller;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.LockedMessage;

/**
 * One authenticated client that makes single requests.
 *
 * @param client who it is, as it said and proved
 */
public record EdgeCaller(ClientInfo client, Intake intake, Mailboxes mailboxes, LocalCalls calls) implements Caller {

    @Override
    public IdentityId identity() {
        return client.identity();
    }

    @Override
    public CompletionStage<Void> send(List<Message> messages) {
        return CompletableFuture.allOf(messages.stream()
                .map(message -> intake.accept(message, client).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletionStage<Optional<LockedMessage>> receive(Duration lock) {
        return mailboxes.receive(identity(), lock);
    }

    @Override
    public CompletionStage<Void> settle(String lockToken, Settlement settlement) {
        return mailboxes.settle(identity(), lockToken, settlement);
    }

    @Override
    public CompletionStage<MethodResult> invoke(IdentityId target, MethodCall call, Duration connect) {
        return calls.call(identity(), target, call, connect);
    }
}
