package kant.edgehub.method;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.world.Time;

/**
 * Direct methods from a module of this device to another client of this hub, or to the hub itself (device-protocols.md §4.3).
 * Works with no parent in sight; nothing is kept on disk.
 */
public final class LocalCalls {
    private final IdentityId hub;
    private final HubMethods hubMethods;
    private final Clients clients;
    private final Arrivals arrivals;
    private final MethodMeter meter;
    private final Time time;

    /** The clients that are connected. */
    public interface Clients {
        boolean listenForMethods(IdentityId id);

        CompletionStage<MethodResult> invoke(IdentityId id, MethodCall call);
    }

    public LocalCalls(
            IdentityId hub, HubMethods hubMethods, Clients clients, Arrivals arrivals, MethodMeter meter, Time time) {
        this.hub = hub;
        this.hubMethods = hubMethods;
        this.clients = clients;
        this.arrivals = arrivals;
        this.meter = meter;
        this.time = time;
    }

    /**
     * Calls a method.
     *
     * @param connect how long to wait for the target to connect and to listen
     * @return the answer; fails with {@link Refusal.Unauthorized} where the caller is no module of this device. Cancelling it
     *     gives the call up
     */
    public CompletableFuture<MethodResult> call(
            IdentityId caller, IdentityId target, MethodCall call, Duration connect) {
        if (!caller.isModule() || !caller.device().equals(hub.device())) {
            return CompletableFuture.failedFuture(new RefusedException(
                    new Refusal.Unauthorized("Only modules on the same device can invoke DirectMethods")));
        }
        long began = time.nanos();
        CompletableFuture<MethodResult> result =
                target.equals(hub) ? hubMethods.call(call).toCompletableFuture() : toClient(target, call, connect);
        var _ = result.whenComplete((_, failure) -> {
            if (failure == null) {
                meter.answered(caller.text(), target.text(), Duration.ofNanos(time.nanos() - began));
            }
        });
        return result;
    }

    private CompletableFuture<MethodResult> toClient(IdentityId target, MethodCall call, Duration connect) {
        if (connect.isZero()) {
            return clients.invoke(target, call).toCompletableFuture();
        }
        // waits first and looks then: who begins to listen between the two is not missed
        CompletableFuture<Void> arrival = arrivals.await(target, connect);
        if (clients.listenForMethods(target)) {
            arrival.cancel(false);
            return clients.invoke(target, call).toCompletableFuture();
        }
        var answer = new CompletableFuture<MethodResult>();
        var _ = arrival.whenComplete((_, failure) -> {
            if (failure == null) {
                pass(clients.invoke(target, call).toCompletableFuture(), answer);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        var _ = answer.whenComplete((_, _) -> arrival.cancel(false));
        return answer;
    }

    /** Hands an answer on, and a cancellation back. */
    private static void pass(CompletableFuture<MethodResult> from, CompletableFuture<MethodResult> to) {
        var _ = from.whenComplete((result, failure) -> {
            if (failure == null) {
                to.complete(result);
            } else {
                to.completeExceptionally(failure);
            }
        });
        var _ = to.whenComplete((_, _) -> from.cancel(false));
    }
}
