package kant.protocol.port;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import kant.model.auth.Credential;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinProperties;

/**
 * One authenticated client's connection as the hub sees it. Methods are called on the client's event loop, never block, and
 * complete on any thread; failures are {@link kant.model.error.RefusedException}s. An acknowledgement leaves the wire when
 * the stage completes, never before.
 */
public interface Session {

    IdentityId identity();

    /**
     * Takes a newer credential of a connection that goes on: a token put again. Where it is refused the older one stays, and the
     * connection with it until that one expires.
     */
    CompletionStage<Void> renew(Credential credential);

    /** Subscriptions restored from an earlier connection, empty for a clean session. */
    Set<Feature> restored();

    /** Takes one message; the stage completes when it is durable as configured. */
    CompletionStage<Void> send(Message message);

    CompletionStage<TwinProperties> twin();

    /** Merges reported properties; completes with the new version where the hub knows it. */
    CompletionStage<OptionalLong> report(ObjectNode patch);

    /**
     * The same, if the reported properties still have the version that the client knows. A hub that knows no versions takes the
     * patch.
     *
     * @return fails with {@link kant.model.error.Refusal.PreconditionFailed} where they have another one
     */
    default CompletionStage<OptionalLong> report(ObjectNode patch, long expectedVersion) {
        return report(patch);
    }

    CompletionStage<Void> subscribe(Feature feature);

    CompletionStage<Void> unsubscribe(Feature feature);

    /** Settles what {@link ClientLink#deliver} gave; an unknown id is ignored. */
    void settle(long deliveryId, Settlement settlement);

    /** The same for several that the client has taken; as much as there is room for is sent in one go. */
    default void accept(List<Long> deliveryIds) {
        deliveryIds.forEach(id -> settle(id, Settlement.ACCEPTED));
    }

    /** Answers what {@link ClientLink#invoke} asked; an unknown id is ignored. */
    void methodResult(String requestId, MethodResult result);

    /** The connection is gone. What was delivered and not settled is delivered again later. */
    void close();
}
