package kant.upstream.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kant.upstream.drive.Reason;
import kant.world.Time;

/** When a call must be over; waits no longer, and names the call in what it fails with. */
final class Deadline {
    private final Time time;
    private final OutgoingCall call;
    private final Duration limit;
    private final long at;

    Deadline(Time time, OutgoingCall call, Duration limit) {
        this.time = time;
        this.call = call;
        this.limit = limit;
        at = time.nanos() + limit.toNanos();
    }

    long leftNanos() {
        return Math.max(at - time.nanos(), 0);
    }

    /** At least 1, for where 0 means without end. */
    int leftMillis() {
        return Math.clamp(TimeUnit.NANOSECONDS.toMillis(leftNanos()), 1, Integer.MAX_VALUE);
    }

    /** Waits for a stage; {@code doing} says what the call does meanwhile. */
    <T> T await(CompletableFuture<T> stage, String doing) throws IOException {
        try {
            return stage.get(leftNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw passed(doing);
        } catch (InterruptedException _) {
            throw interrupted();
        } catch (ExecutionException e) {
            throw failed(e.getCause() == null ? e : e.getCause());
        }
    }

    SocketTimeoutException passed(String doing) {
        return new SocketTimeoutException(
                call.name() + ": the limit of " + limit.toMillis() + " ms is over, the call " + doing);
    }

    InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException(call.name() + ": interrupted");
    }

    private IOException failed(Throwable cause) {
        if (cause instanceof ClosedEarlyException early) {
            return early;
        }
        String reason = cause.getCause() == null ? "" : ": " + Reason.of(cause);
        return new IOException(call.name() + ": " + cause.getMessage() + reason, cause);
    }
}
