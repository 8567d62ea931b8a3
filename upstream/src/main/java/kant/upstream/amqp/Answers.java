package kant.upstream.amqp;

import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.protocol.amqp.wire.CbsReply;
import kant.protocol.amqp.wire.Conditions;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;

/** What the parent's "no" means for an identity. */
final class Answers {
    private Answers() {}

    /** What became of something that the parent ended or rejected. */
    static Refusal refusal(@Nullable ErrorCondition condition) {
        return Conditions.refusal(condition);
    }

    /** Why a token was not taken. */
    static Refusal tokenRefused(String audience, CbsReply reply) {
        String reason = "the parent does not take the token of \"" + audience + "\" (status " + reply.status() + " "
                + reply.description() + ")";
        return switch (reply.status()) {
            case 401, 403 -> new Refusal.Unauthorized(reason + ": wrong key, disabled or unknown there");
            case 404 -> new Refusal.NotFound(reason);
            case 400 -> new Refusal.Invalid(reason);
            default -> new Refusal.Unavailable(reason);
        };
    }

    /** Whether the parent does not want the identity, so that trying again soon would not change its mind. */
    static boolean isFinal(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Unauthorized _, Refusal.NotFound _, Refusal.Invalid _, Refusal.AlreadyExists _ -> true;
            case Refusal.PreconditionFailed _,
                    Refusal.TooLarge _,
                    Refusal.StoreFull _,
                    Refusal.LimitExceeded _,
                    Refusal.NotConnected _,
                    Refusal.TimedOut _,
                    Refusal.Unavailable _ -> false;
        };
    }

    /** What a stage of the link failed with. */
    static Refusal of(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof RefusedException)) {
            cause = cause.getCause();
        }
        return cause instanceof RefusedException refused
                ? refused.refusal()
                : new Refusal.Unavailable(String.valueOf(cause.getMessage()));
    }
}
