package kant.protocol.amqp.wire;

import java.util.Set;
import kant.model.error.Refusal;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;

/** Refusals as AMQP error conditions and back (device-protocols.md §3.6). */
public final class Conditions {
    public static final Symbol UNAUTHORIZED = Symbol.valueOf("amqp:unauthorized-access");
    public static final Symbol NOT_FOUND = Symbol.valueOf("amqp:not-found");
    public static final Symbol NOT_ALLOWED = Symbol.valueOf("amqp:not-allowed");
    public static final Symbol LIMIT_EXCEEDED = Symbol.valueOf("amqp:resource-limit-exceeded");
    public static final Symbol TOO_LARGE = Symbol.valueOf("amqp:link:message-size-exceeded");
    public static final Symbol DETACH_FORCED = Symbol.valueOf("amqp:link:detach-forced");
    public static final Symbol FORCED = Symbol.valueOf("amqp:connection:forced");
    public static final Symbol STOLEN = Symbol.valueOf("amqp:link:stolen");
    public static final Symbol INTERNAL = Symbol.valueOf("amqp:internal-error");
    public static final Symbol ARGUMENT = Symbol.valueOf("com.microsoft:argument-error");
    public static final Symbol PRECONDITION = Symbol.valueOf("com.microsoft:precondition-failed");
    public static final Symbol LOCK_LOST = Symbol.valueOf("com.microsoft:message-lock-lost");
    public static final Symbol THROTTLED = Symbol.valueOf("com.microsoft:device-container-throttled");
    public static final Symbol TIMEOUT = Symbol.valueOf("com.microsoft:timeout");

    /** Where a client that gets one of these on a transfer does well to send the message again as it is. */
    private static final Set<Symbol> TEMPORARY = Set.of(INTERNAL, TIMEOUT);

    private Conditions() {}

    public static ErrorCondition of(Refusal refusal) {
        return new ErrorCondition(symbol(refusal), refusal.reason());
    }

    /** Whether a refused message is released, to be sent again later, instead of rejected. */
    public static boolean isTemporary(Refusal refusal) {
        return TEMPORARY.contains(symbol(refusal));
    }

    /** What a peer's condition means; a peer that gives none may be asked again. */
    public static Refusal refusal(@Nullable ErrorCondition condition) {
        if (condition == null || condition.getCondition() == null) {
            return new Refusal.Unavailable("the peer gave no reason");
        }
        String reason = condition.getDescription() == null
                ? condition.getCondition().toString()
                : condition.getCondition() + ": " + condition.getDescription();
        return switch (condition.getCondition().toString()) {
            case "amqp:unauthorized-access" -> new Refusal.Unauthorized(reason);
            case "amqp:not-found", "com.microsoft:iot-hub-not-found-error" -> new Refusal.NotFound(reason);
            case "amqp:link:message-size-exceeded" -> new Refusal.TooLarge(reason);
            case "amqp:resource-limit-exceeded" -> new Refusal.LimitExceeded(reason);
            case "com.microsoft:device-container-throttled" -> new Refusal.StoreFull(reason);
            case "com.microsoft:argument-error", "amqp:decode-error", "amqp:invalid-field", "amqp:not-implemented" ->
                new Refusal.Invalid(reason);
            case "amqp:not-allowed" -> new Refusal.AlreadyExists(reason);
            case "com.microsoft:precondition-failed", "com.microsoft:message-lock-lost", "amqp:precondition-failed" ->
                new Refusal.PreconditionFailed(reason);
            case "com.microsoft:timeout" -> new Refusal.TimedOut(reason);
            default -> new Refusal.Unavailable(reason);
        };
    }

    private static Symbol symbol(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Unauthorized _ -> UNAUTHORIZED;
            case Refusal.NotFound _ -> NOT_FOUND;
            case Refusal.AlreadyExists _ -> NOT_ALLOWED;
            case Refusal.Invalid _ -> ARGUMENT;
            case Refusal.PreconditionFailed _ -> PRECONDITION;
            case Refusal.TooLarge _ -> TOO_LARGE;
            case Refusal.StoreFull _ -> THROTTLED;
            case Refusal.LimitExceeded _ -> LIMIT_EXCEEDED;
            case Refusal.NotConnected _, Refusal.Unavailable _ -> INTERNAL;
            case Refusal.TimedOut _ -> TIMEOUT;
        };
    }
}
