package kant.edgehub.method;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.world.Tasks;
import kant.world.Tasks.Cancellable;

/** Callers that wait, for their connect timeout, until a client listens for methods. */
public final class Arrivals {
    /** Waiting callers over all clients; a further one is told to try again. */
    static final int MOST_WAITING = 1000;

    /**
     * How long a client that has just subscribed is left alone: several SDKs set up what handles a call only after the
     * subscription is acknowledged. The original waits three seconds.
     */
    static final Duration SETTLE = Duration.ofMillis(500);

    private final Tasks tasks;
    private final Map<IdentityId, Set<CompletableFuture<Void>>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    public Arrivals(Tasks tasks) {
        this.tasks = tasks;
    }

    /**
     * Completes a moment after the client begins to listen; fails with {@link Refusal.NotConnected} when the time is over.
     * Cancelling it gives up.
     */
    public CompletableFuture<Void> await(IdentityId id, Duration limit) {
        var arrival = new CompletableFuture<Void>();
        if (count.incrementAndGet() > MOST_WAITING) {
            count.decrementAndGet();
            return CompletableFuture.failedFuture(new RefusedException(
                    new Refusal.LimitExceeded("Too many method calls wait for their clients at this hub; try again")));
        }
        waiting.compute(id, (_, present) -> {
            Set<CompletableFuture<Void>> set = present == null ? new HashSet<>() : present;
            set.add(arrival);
            return set;
        });
        Cancellable timer = tasks.after(
                limit,
                "connect timeout of a method of " + id,
                () -> arrival.completeExceptionally(Methods.notFound(id)));
        var _ = arrival.whenComplete((_, _) -> {
            timer.cancel();
            forget(id, arrival);
        });
        return arrival;
    }

    /** A client listens for methods from now on. */
    public void listens(IdentityId id) {
        if (waiting.containsKey(id)) {
            var _ = tasks.after(
                    SETTLE,
                    "methods waiting for " + id,
                    () -> Set.copyOf(waiting.getOrDefault(id, Set.of())).forEach(arrival -> arrival.complete(null)));
        }
    }

    private void forget(IdentityId id, CompletableFuture<Void> arrival) {
        count.decrementAndGet();
        waiting.computeIfPresent(id, (_, present) -> {
            present.remove(arrival);
            return present.isEmpty() ? null : present;
        });
    }
}
