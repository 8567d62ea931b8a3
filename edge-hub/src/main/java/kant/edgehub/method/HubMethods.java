package kant.edgehub.method;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import kant.model.identity.IdentityId;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;

/** The methods of {@code $edgeHub} itself (device-protocols.md §5.3). */
public final class HubMethods {
    private static final String REFRESH_SCOPE = "RefreshDeviceScopeIdentityCache";

    /** Identities in one call; who changes more lets the whole scope be read. */
    private static final int MOST_IDENTITIES = 100;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Function<Set<IdentityId>, CompletionStage<Void>> refreshScope;

    /** @param refreshScope reads these identities anew, or the whole scope where there are none */
    public HubMethods(Function<Set<IdentityId>, CompletionStage<Void>> refreshScope) {
        this.refreshScope = refreshScope;
    }

    /** Runs a method; the stage always completes with a result. */
    public CompletionStage<MethodResult> call(MethodCall call) {
        if (!call.name().equalsIgnoreCase(REFRESH_SCOPE)) {
            return done(
                    Problems.result(404, "Method " + call.name() + " is not supported; the hub has " + REFRESH_SCOPE));
        }
        Optional<Set<IdentityId>> named = identities(call.payload());
        if (named.isEmpty()) {
            return done(Problems.result(
                    400,
                    "The payload is not {\"deviceIds\":[\"device\" or \"device/module\", ...]} with at most "
                            + MOST_IDENTITIES + " ids"));
        }
        return refreshScope
                .apply(named.get())
                .handle((_, failure) -> failure == null
                        ? new MethodResult(200, new byte[0])
                        : Problems.result(500, "The scope could not be read: " + failure.getMessage()));
    }

    /** The ids of a payload, none where it names none; empty where it cannot be read. */
    private static Optional<Set<IdentityId>> identities(byte[] payload) {
        Set<IdentityId> ids = new LinkedHashSet<>();
        try {
            JsonNode named = payload.length == 0 ? null : JSON.readTree(payload).get("deviceIds");
            if (named == null || named.isNull()) {
                return Optional.of(ids);
            }
            if (!named.isArray() || named.size() > MOST_IDENTITIES) {
                return Optional.empty();
            }
            named.forEach(id -> ids.add(IdentityId.parse(id.asText())));
            return Optional.of(ids);
        } catch (IOException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static CompletionStage<MethodResult> done(MethodResult result) {
        return CompletableFuture.completedFuture(result);
    }
}
