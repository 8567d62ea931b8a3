package kant.edgehub.method;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.protocol.port.ClientLink;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Tasks.Cancellable;

/**
 * Calls of direct methods that wait for their client's answer. Each call ends once, whatever happens: with the client's
 * answer, with {@link Refusal.NotConnected} where the client goes, with {@link Refusal.TimedOut} where it does not answer in
 * time, or without anything where its caller cancels the future.
 */
public final class Methods {
    /** Calls under way, over all clients; a caller that floods the hub is told so. */
    static final int MOST_AT_ONCE = 1000;

    /** The longest that the contract lets a caller wait (device-protocols.md §1.9). */
    private static final Duration LONGEST = Duration.ofSeconds(300);

    private final Tasks tasks;
    private final Randomness randomness;
    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();

    public Methods(Tasks tasks, Randomness randomness) {
        this.tasks = tasks;
        this.randomness = randomness;
    }

    /** Calls a method of a client that listens for methods. */
    public CompletableFuture<MethodResult> call(IdentityId id, ClientLink client, MethodCall call) {
        if (underWay.incrementAndGet() > MOST_AT_ONCE) {
            underWay.decrementAndGet();
            return CompletableFuture.failedFuture(new RefusedException(
                    new Refusal.LimitExceeded("Too many method calls are under way at this hub; try again")));
        }
        String requestId = randomness.uuid();
        Duration limit = call.responseTimeout().compareTo(LONGEST) > 0 ? LONGEST : call.responseTimeout();
        var result = new CompletableFuture<MethodResult>();
        waiting.put(requestId, new Waiting(id, client, result));
        Cancellable timer = tasks.after(
                limit, "timeout of method " + call.name(), () -> result.completeExceptionally(timedOut(requestId)));
        var _ = result.whenComplete((_, _) -> {
            waiting.remove(requestId);
            underWay.decrementAndGet();
            timer.cancel();
        });
        client.invoke(new MethodCall(requestId, call.name(), call.payload(), limit));
        return result;
    }

    /** A client answered; an id that is unknown, late or another client's is ignored. */
    public void answer(IdentityId id, String requestId, MethodResult result) {
        Waiting call = waiting.get(requestId.toLowerCase(Locale.ROOT));
        if (call != null && call.id.equals(id)) {
            call.result.complete(result);
        }
    }

    /** A client's connection is gone: it will not answer what was asked through it. */
    public void gone(ClientLink client) {
        for (Waiting call : waiting.values()) {
            if (call.client == client) {
                call.result.completeExceptionally(notFound(call.id));
            }
        }
    }

    /** The answer for a client that is not there, or does not listen for methods. */
    public static RefusedException notFound(IdentityId id) {
        return new RefusedException(new Refusal.NotConnected("Client " + id + " not found"));
    }

    private static RefusedException timedOut(String requestId) {
        return new RefusedException(
                new Refusal.TimedOut("Timed out waiting for device to respond to method request " + requestId));
    }

    private record Waiting(IdentityId id, ClientLink client, CompletableFuture<MethodResult> result) {}
}
