package kant.protocol.amqp;

import java.util.concurrent.CompletionException;

/** What a stage failed with. */
final class Failures {
    private Failures() {}

    /** The failure itself, without the wrapping that dependent stages add. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
