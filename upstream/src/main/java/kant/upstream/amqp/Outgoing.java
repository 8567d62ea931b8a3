package kant.upstream.amqp;

import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;

/** A message on its way up. */
final class Outgoing {
    private final Message message;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private boolean answered;

    private Outgoing(Message message) {
        this.message = message;
    }

    /** Checks it; its sender must be the identity, for the link's address names it. */
    static Outgoing of(IdentityId identity, Message message) throws RefusedException {
        if (!message.sender().equals(identity)) {
            throw new RefusedException(new Refusal.Invalid(
                    "a message of \"" + message.sender() + "\" cannot go up on the link of \"" + identity + "\""));
        }
        if (message.size() > Message.MAX_BYTES) {
            throw new RefusedException(new Refusal.TooLarge("the message has " + message.size() + " bytes of at most "
                    + Message.MAX_BYTES + " that the parent takes"));
        }
        return new Outgoing(message);
    }

    Message message() {
        return message;
    }

    CompletableFuture<Void> done() {
        return done;
    }

    /** The parent's answer has come; false where it had before. */
    boolean answer() {
        boolean first = !answered;
        answered = true;
        return first;
    }

    boolean isAnswered() {
        return answered;
    }

    void fail(Refusal refusal) {
        done.completeExceptionally(new RefusedException(refusal));
    }
}
