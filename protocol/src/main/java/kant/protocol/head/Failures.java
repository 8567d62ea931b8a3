package kant.protocol.head;

import java.util.concurrent.CompletionException;

/** What a stage failed with. */
public final class Failures {
    private Failures() {}

    /** The failure itself, without the wrapping that dependent stages add. */
    public static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
