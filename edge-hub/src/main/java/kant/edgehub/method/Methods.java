package kant.edgehub.method;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import kant.model.identity.IdentityId;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.protocol.port.ClientLink;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Tasks.Cancellable;

/**
 * Calls of direct methods that wait for their client's answer. Each call has one result, whatever happens: the client's
 * answer, 404 where the client is away, 504 where it does not answer in time.
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

    /** Calls a method of a client that listens for methods; the stage always completes with a result. */
    public CompletionStage<MethodResult> call(IdentityId id, ClientLink client, MethodCall call) {
        if (underWay.incrementAndGet() > MOST_AT_ONCE) {
            underWay.decrementAndGet();
            return CompletableFuture.completedFuture(problem(429, "Too many method calls are under way at this hub"));
        }
        String requestId = randomness.uuid();
        Duration limit = call.responseTimeout().compareTo(LONGEST) > 0 ? LONGEST : call.responseTimeout();
        var result = new CompletableFuture<MethodResult>();
        Cancellable timer = tasks.after(
                limit,
                "timeout of method " + call.name(),
                () -> finish(
                        requestId,
                        problem(504, "Timed out waiting for device to respond to method request " + requestId)));
        waiting.put(requestId, new Waiting(id, client, result, timer));
        client.invoke(new MethodCall(requestId, call.name(), call.payload(), limit));
        return result;
    }

    /** A client answered; an id that is unknown, late or another client's is ignored. */
    public void answer(IdentityId id, String requestId, MethodResult result) {
        String key = requestId.toLowerCase(Locale.ROOT);
        Waiting call = waiting.get(key);
        if (call != null && call.id.equals(id)) {
            finish(key, result);
        }
    }

    /** A client's connection is gone: it will not answer what was asked through it. */
    public void gone(ClientLink client) {
        waiting.forEach((requestId, call) -> {
            if (call.client == client) {
                finish(requestId, notFound(call.id));
            }
        });
    }

    /** The answer for a client that is not there, or does not listen for methods. */
    public static MethodResult notFound(IdentityId id) {
        return problem(404, "Client " + id + " not found");
    }

    static MethodResult problem(int status, String message) {
        String json =
                JsonNodeFactory.instance.objectNode().put("message", message).toString();
        return new MethodResult(status, json.getBytes(StandardCharsets.UTF_8));
    }

    private void finish(String requestId, MethodResult result) {
        Waiting call = waiting.remove(requestId);
        if (call != null) {
            underWay.decrementAndGet();
            call.timer.cancel();
            call.result.complete(result);
        }
    }

    private record Waiting(
            IdentityId id, ClientLink client, CompletableFuture<MethodResult> result, Cancellable timer) {}
}
