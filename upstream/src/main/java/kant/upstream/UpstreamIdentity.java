package kant.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinProperties;

/**
 * One identity's connection to the parent. Methods may be called from any thread and never block; stages complete on a
 * thread of the link, with {@link kant.model.error.RefusedException} where they fail. {@link
 * kant.model.error.Refusal.Unavailable} means: not connected, or lost before the parent answered; try again after {@link
 * UpstreamListener#up}.
 */
public interface UpstreamIdentity extends AutoCloseable {

    IdentityId id();

    /** Whether it is connected, with its subscriptions restored. */
    boolean up();

    /** How many {@link #send}s may be unfinished at once; more are refused with {@link kant.model.error.Refusal.LimitExceeded}. */
    int window();

    /**
     * Sends a message of this identity, in the order of the calls; completes when the parent has acknowledged it. Where the
     * connection is lost first the parent may or may not have it: the caller sends it again.
     */
    CompletionStage<Void> send(Message message);

    /** The twin as the parent has it; fails with {@link kant.model.error.Refusal.TimedOut} where no answer comes in time. */
    CompletionStage<TwinProperties> twin();

    /** Merges reported properties; completes with their new version where the parent tells it. */
    CompletionStage<OptionalLong> report(ObjectNode patch);

    /**
     * Asks the parent to send what belongs to a feature. It is remembered and asked for again after every reconnect, before
     * {@link UpstreamListener#up}; while there is no connection the stage completes at once.
     */
    CompletionStage<Void> subscribe(Feature feature);

    /** The opposite of {@link #subscribe}. */
    CompletionStage<Void> unsubscribe(Feature feature);

    /**
     * Settles what {@link UpstreamListener#deliver} gave; an unknown id, also one from before a reconnect, is ignored.
     *
     * <p>AMQP has an answer for each. MQTT has one only, the acknowledgement: accepted and rejected deliveries are acknowledged (both say that it is
     * not wanted again), released ones are not, and come again after the next reconnect.
     */
    void settle(long deliveryId, Settlement settlement);

    /** Answers what {@link UpstreamListener#invoke} asked; dropped where there is no connection, for the caller has timed out. */
    void methodResult(String requestId, MethodResult result);

    /** Tries to connect at once where it waits for a next attempt: for a caller that has learnt of a new key. */
    void retry();

    /** Detaches it: finishes what is in flight for a bounded time, then disconnects. Returns at once. */
    @Override
    void close();
}
