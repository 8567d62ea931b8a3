package kant.protocol.device;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;

/** Waits on a request's own thread for what the hub answers; gives up what was asked when the client has gone. */
final class Waits {
    private Waits() {}

    /** @param most a guard for a hub that never answers, longer than it should ever take */
    static <T> T forStage(CompletionStage<T> stage, Duration most) throws RefusedException, InterruptedException {
        CompletableFuture<T> future = stage.toCompletableFuture();
        try {
            return future.get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException gone) {
            future.cancel(true);
            throw gone;
        } catch (TimeoutException _) {
            future.cancel(true);
            throw new RefusedException(
                    new Refusal.TimedOut("the hub did not answer within " + most.toSeconds() + " seconds"));
        } catch (CancellationException _) {
            throw new RefusedException(new Refusal.Unavailable("the hub gave the request up"));
        } catch (ExecutionException e) {
            throw refusal(e);
        }
    }

    private static RefusedException refusal(ExecutionException failure) {
        Throwable cause = failure;
        for (Throwable next = cause.getCause(); isWrapped(cause) && next != null; next = cause.getCause()) {
            cause = next;
        }
        if (cause instanceof RefusedException refused) {
            return refused;
        }
        throw new IllegalStateException("the hub failed", cause);
    }

    private static boolean isWrapped(Throwable failure) {
        return failure instanceof ExecutionException || failure instanceof CompletionException;
    }
}
