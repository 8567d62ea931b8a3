package kant.edgehub.method;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.twin.MethodResult;

/** What the parent is answered for a method that no client answered: it knows results only (device-protocols.md §4.3). */
public final class Problems {
    private Problems() {}

    /** The result that says why there is none. */
    public static MethodResult of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RefusedException refused
                ? result(status(refused.refusal()), refused.refusal().reason())
                : result(500, String.valueOf(cause.getMessage()));
    }

    static MethodResult result(int status, String message) {
        String json =
                JsonNodeFactory.instance.objectNode().put("message", message).toString();
        return new MethodResult(status, json.getBytes(StandardCharsets.UTF_8));
    }

    private static int status(Refusal refusal) {
        return switch (refusal) {
            case Refusal.NotConnected _, Refusal.NotFound _ -> 404;
            case Refusal.TimedOut _ -> 504;
            case Refusal.LimitExceeded _ -> 429;
            case Refusal.Unauthorized _ -> 401;
            case Refusal.Invalid _, Refusal.TooLarge _ -> 400;
            case Refusal.AlreadyExists _, Refusal.PreconditionFailed _, Refusal.StoreFull _, Refusal.Unavailable _ ->
                500;
        };
    }
}
