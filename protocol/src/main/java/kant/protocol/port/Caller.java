package kant.protocol.port;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;

/**
 * An authenticated client that makes single requests and holds no connection: HTTPS. It exists beside a {@link Session} of the
 * same identity and displaces none. Methods never block and complete on any thread; failures are {@link
 * kant.model.error.RefusedException}s.
 */
public interface Caller {

    IdentityId identity();

    /** Takes messages in their order; completes when all of them are durable as configured. */
    CompletionStage<Void> send(List<Message> messages);

    /**
     * The next cloud-to-device message, locked for a time in which nobody else gets it; empty where none waits.
     *
     * @param lock more than zero; the message returns to the queue afterwards
     */
    CompletionStage<Optional<LockedMessage>> receive(Duration lock);

    /** Settles a locked message; {@link kant.model.error.Refusal.PreconditionFailed} where the lock is unknown or lost. */
    CompletionStage<Void> settle(String lockToken, Settlement settlement);

    /**
     * Calls a direct method of another client.
     *
     * @param connect how long to wait for the target to connect and to listen, possibly zero
     * @return the target's answer; fails with {@link kant.model.error.Refusal.NotFound}, {@link
     *     kant.model.error.Refusal.NotConnected} or {@link kant.model.error.Refusal.TimedOut}. Cancelling its future gives the call up
     */
    CompletionStage<MethodResult> invoke(IdentityId target, MethodCall call, Duration connect);
}
