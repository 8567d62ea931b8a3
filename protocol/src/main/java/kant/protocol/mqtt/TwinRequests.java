package kant.protocol.mqtt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.channel.Channel;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import kant.model.error.RefusedException;
import kant.model.twin.TwinProperties;
import kant.protocol.head.Failures;
import kant.protocol.net.ChannelTasks;
import kant.protocol.net.OnLoop;
import kant.protocol.port.Session;
import kant.protocol.twin.TwinJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's twin requests and their answers; each is answered exactly once (device-protocols.md §1.7). */
@OnLoop
final class TwinRequests {
    private static final Logger log = LoggerFactory.getLogger(TwinRequests.class);

    /** With so many unanswered the client is not read any further. */
    private static final int MAX_UNANSWERED = 64;

    private static final byte[] EMPTY = new byte[0];
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final Channel channel;
    private final Session session;
    private final Subscriptions subscriptions;
    private final OutboundPackets packets;
    private final Runnable answered;
    private int unanswered;

    /** @param answered runs on the loop after each answer, which may make room for the next request */
    TwinRequests(
            Channel channel, Session session, Subscriptions subscriptions, OutboundPackets packets, Runnable answered) {
        this.channel = channel;
        this.session = session;
        this.subscriptions = subscriptions;
        this.packets = packets;
        this.answered = answered;
    }

    private record Answer(int status, OptionalLong version, byte[] payload) {}

    boolean isFull() {
        return unanswered >= MAX_UNANSWERED;
    }

    void get(String requestId) {
        answer(requestId, session.twin(), TwinRequests::twin);
    }

    void report(ClientTopic.TwinPatch topic, byte[] payload) {
        String requestId = topic.requestId();
        try {
            ObjectNode patch = TwinJson.patch(payload);
            answer(
                    requestId,
                    topic.version().isPresent()
                            ? session.report(patch, topic.version().getAsLong())
                            : session.report(patch),
                    TwinRequests::reported);
        } catch (RefusedException e) {
            send(requestId, failed(e));
            channel.flush();
        }
    }

    private <T> void answer(@Nullable String requestId, CompletionStage<T> stage, Function<T, Answer> success) {
        unanswered++;
        stage.whenComplete((value, failure) -> ChannelTasks.run(channel, () -> {
            unanswered--;
            send(requestId, failure == null ? success.apply(value) : failed(failure));
            answered.run();
            channel.flush();
        }));
    }

    private static Answer twin(TwinProperties twin) {
        return new Answer(OK, OptionalLong.empty(), TwinJson.bytes(twin));
    }

    private static Answer reported(OptionalLong version) {
        return new Answer(NO_CONTENT, version, EMPTY);
    }

    private Answer failed(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        if (!(cause instanceof RefusedException)) {
            log.atError()
                    .addKeyValue("client", session.identity())
                    .setCause(cause)
                    .log("twin request failed");
        }
        return new Answer(Refusals.onWire(cause).twinStatus(), OptionalLong.empty(), EMPTY);
    }

    private void send(@Nullable String requestId, Answer answer) {
        Integer qos = subscriptions.twinReplyQos();
        if (requestId != null && qos != null) {
            packets.publish(Topics.twinReply(answer.status(), requestId, answer.version()), qos, answer.payload());
        }
    }
}
