package kant.upstream.drive;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.twin.TwinProperties;

/** The twin requests of one connection that wait for their reply, each with its time limit. Owned by the event loop. */
public final class TwinRequests {
    /** More at a time are refused: a twin is read whole and patches can be merged. */
    public static final int MOST = 64;

    private record Reply(int status, OptionalLong version, byte[] payload) {}

    private record Pending(CompletableFuture<Reply> reply, Future<?> timer) {}

    private final EventExecutor loop;
    private final Duration limit;
    private final Map<String, Pending> pending = new HashMap<>();
    private long lastId;

    public TwinRequests(EventExecutor loop, Duration limit) {
        this.loop = loop;
        this.limit = limit;
    }

    /** A request about to be sent: its id, and what comes of it. */
    public record Started<T>(String requestId, CompletableFuture<T> result) {}

    /** Expects the reply to a GET. */
    public Started<TwinProperties> get() throws RefusedException {
        String requestId = nextId();
        return new Started<>(requestId, expect(requestId).thenCompose(TwinRequests::twin));
    }

    /** Expects the reply to a PATCH. */
    public Started<OptionalLong> patch() throws RefusedException {
        String requestId = nextId();
        return new Started<>(requestId, expect(requestId).thenCompose(TwinRequests::version));
    }

    /** A reply came; one that nobody waits for any more is dropped. */
    public void replied(String requestId, int status, OptionalLong version, byte[] payload) {
        Pending request = pending.remove(requestId);
        if (request != null) {
            request.timer().cancel(false);
            request.reply().complete(new Reply(status, version, payload));
        }
    }

    public boolean isEmpty() {
        return pending.isEmpty();
    }

    /** The connection is gone. */
    public void failAll(Refusal refusal) {
        List<Pending> all = new ArrayList<>(pending.values());
        pending.clear();
        for (Pending request : all) {
            request.timer().cancel(false);
            request.reply().completeExceptionally(new RefusedException(refusal));
        }
    }

    private String nextId() throws RefusedException {
        if (pending.size() >= MOST) {
            throw new RefusedException(
                    new Refusal.LimitExceeded(MOST + " twin requests wait for the parent's reply already"));
        }
        return Long.toString(++lastId);
    }

    private CompletableFuture<Reply> expect(String requestId) {
        var reply = new CompletableFuture<Reply>();
        var timer = loop.schedule(() -> timedOut(requestId), limit.toNanos(), TimeUnit.NANOSECONDS);
        pending.put(requestId, new Pending(reply, timer));
        return reply;
    }

    private void timedOut(String requestId) {
        Pending request = pending.remove(requestId);
        if (request != null) {
            request.reply()
                    .completeExceptionally(new RefusedException(new Refusal.TimedOut(
                            "the parent did not answer a twin request within " + limit.toMillis() + " ms")));
        }
    }

    private static CompletableFuture<TwinProperties> twin(Reply reply) {
        if (reply.status() / 100 != 2) {
            return CompletableFuture.failedFuture(refused(reply));
        }
        try {
            ObjectNode json = TwinJson.object(reply.payload());
            return CompletableFuture.completedFuture(TwinProperties.parse(json));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(
                    new RefusedException(new Refusal.Invalid("the parent's twin is unreadable: " + e.getMessage())));
        }
    }

    private static CompletableFuture<OptionalLong> version(Reply reply) {
        return reply.status() / 100 == 2
                ? CompletableFuture.completedFuture(reply.version())
                : CompletableFuture.failedFuture(refused(reply));
    }

    private static RefusedException refused(Reply reply) {
        String reason = "the parent refused a twin request with status " + reply.status();
        return new RefusedException(
                switch (reply.status()) {
                    case 400 -> new Refusal.Invalid(reason);
                    case 401, 403 -> new Refusal.Unauthorized(reason);
                    case 404 -> new Refusal.NotFound(reason);
                    case 412 -> new Refusal.PreconditionFailed(reason);
                    case 413 -> new Refusal.TooLarge(reason);
                    case 429 -> new Refusal.LimitExceeded(reason);
                    default -> new Refusal.Unavailable(reason);
                });
    }
}
