package kant.protocol.mqtt;

import java.util.concurrent.CompletionException;
import kant.model.error.RefusedException;

/** What a stage failed with. */
final class Failures {
    private Failures() {}

    /** The failure itself, without the wrapping that dependent stages add. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    static WireRefusal onWire(Throwable cause) {
        return cause instanceof RefusedException e ? WireRefusal.of(e.refusal()) : WireRefusal.BUG;
    }
}
