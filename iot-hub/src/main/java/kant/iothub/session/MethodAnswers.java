package kant.iothub.session;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.model.twin.MethodResult;

/** The method calls of one session that wait for an answer. Safe for any thread. */
final class MethodAnswers {
    /** As many calls may wait for one client. */
    private static final int MAX_WAITING = 100;

    private final Map<String, CompletableFuture<MethodResult>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private volatile boolean closed;

    /** A new call: its request id. */
    String begin(CompletableFuture<MethodResult> answer) throws HubRefusedException {
        if (waiting.size() >= MAX_WAITING) {
            throw new HubRefusedException(
                    ErrorCode.THROTTLED,
                    "more than " + MAX_WAITING + " method calls wait for one client; try again later");
        }
        String id = Long.toHexString(lastId.incrementAndGet());
        waiting.put(id, answer);
        var _ = answer.whenComplete((_, _) -> waiting.remove(id));
        if (closed) {
            answer.completeExceptionally(gone());
        }
        return id;
    }

    void complete(String id, MethodResult result) {
        Optional.ofNullable(waiting.get(id)).ifPresent(answer -> answer.complete(result));
    }

    void close() {
        closed = true;
        waiting.values().forEach(answer -> answer.completeExceptionally(gone()));
    }

    private static HubRefusedException gone() {
        return new HubRefusedException(
                ErrorCode.CONNECTION_CLOSED, "the client went away before it answered the method call");
    }
}
