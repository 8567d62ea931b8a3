package kant.store.segment;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Something for a log's writer to do, and the stage that its sender waits for; one object, for there is one for each message. */
public abstract class Request<V> extends CompletableFuture<V> {
    @Nullable
    Request<?> next;

    /** How many bytes it keeps in memory until it is done. */
    public abstract int weight();

    /** The one that was handed over after this one; null for the last of those taken together. */
    public @Nullable Request<?> next() {
        return next;
    }
}
