package kant.edgehub.method;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;

/** The methods of {@code $edgeHub} itself (device-protocols.md §5.3). */
public final class HubMethods {
    private static final String REFRESH_SCOPE = "RefreshDeviceScopeIdentityCache";

    private final Supplier<CompletionStage<Void>> refreshScope;

    /** @param refreshScope reads the identities of the device's scope anew */
    public HubMethods(Supplier<CompletionStage<Void>> refreshScope) {
        this.refreshScope = refreshScope;
    }

    /** Runs a method; the stage always completes with a result. */
    public CompletionStage<MethodResult> call(MethodCall call) {
        if (!call.name().equalsIgnoreCase(REFRESH_SCOPE)) {
            return CompletableFuture.completedFuture(
                    Methods.problem(404, "Method " + call.name() + " is not supported; the hub has " + REFRESH_SCOPE));
        }
        return refreshScope
                .get()
                .handle((_, failure) -> failure == null
                        ? new MethodResult(200, new byte[0])
                        : Methods.problem(500, "The scope could not be read: " + failure.getMessage()));
    }
}
