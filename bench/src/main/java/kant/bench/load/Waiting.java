package kant.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits, but not for ever. */
final class Waiting {
    private Waiting() {}

    static <T> T on(CompletableFuture<T> future, Duration limit, String what) throws IOException, InterruptedException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("no " + what + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException("waited " + limit.toSeconds() + " s for " + what, e);
        }
    }
}
