package kant.protocol.amqp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Feature;
import kant.model.twin.TwinPatch;
import kant.protocol.amqp.wire.Guids;
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.amqp.wire.TwinReply;
import kant.protocol.amqp.wire.TwinRequest;
import kant.protocol.head.Failures;
import kant.protocol.net.OnLoop;
import kant.protocol.port.Session;
import kant.protocol.twin.TwinJson;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The twin: requests on one link, answers and changes of desired properties on another. A request keeps its place in its link's window
 * until its answer has left, so that no more answers can wait than there are places.
 */
@OnLoop
final class TwinPair implements IncomingLink.Sink {
    private static final Logger log = LoggerFactory.getLogger(TwinPair.class);

    /** Requests that are not answered. */
    static final int WINDOW = 64;

    /** Changes that wait for the client's credit; each is complete only with those before it, so none may be left out. */
    private static final int MAX_CHANGES = 64;

    private static final byte[] EMPTY = new byte[0];
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final ConnectionContext connection;
    private final Session session;
    private final LockTokens tags;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable OutgoingLink replies;
    private int changes;

    private record Waiting(TwinReply reply, IncomingLink.@Nullable Taken request) {}

    private record Answer(int status, OptionalLong version, byte[] payload) {}

    TwinPair(ConnectionContext connection, Session session, LockTokens tags) {
        this.connection = connection;
        this.session = session;
        this.tags = tags;
    }

    /** The client's link for answers. */
    void open(Sender sender) {
        replies = new OutgoingLink(connection, sender, this::pump);
        replies.open(SenderSettleMode.SETTLED, ReceiverSettleMode.FIRST);
    }

    /** The link for answers is gone, and with it what waited. */
    void gone() {
        replies = null;
        changes = 0;
        waiting.forEach(TwinPair::answered);
        waiting.clear();
    }

    /** @return false where the client takes none of them any more */
    boolean desired(TwinPatch patch) {
        changes++;
        waiting.add(new Waiting(TwinReply.change(patch.version(), TwinJson.bytes(patch)), null));
        return changes <= MAX_CHANGES;
    }

    void ready() {
        if (replies != null) {
            replies.ready();
        }
    }

    @Override
    public void take(IncomingLink.Taken message) throws MalformedMessage {
        TwinRequest request = TwinRequest.read(SectionsCodec.decode(message.read()));
        message.acceptAhead(); // Java sends unsettled and goes on only then
        switch (request.operation()) {
            case GET ->
                answer(
                        message,
                        request,
                        session.twin(),
                        twin -> new Answer(OK, OptionalLong.empty(), TwinJson.bytes(twin)));
            case PATCH -> report(message, request);
            case PUT -> answer(message, request, session.subscribe(Feature.DESIRED), _ -> done());
            case DELETE -> answer(message, request, session.unsubscribe(Feature.DESIRED), _ -> done());
        }
    }

    private void report(IncomingLink.Taken message, TwinRequest request) {
        try {
            answer(
                    message,
                    request,
                    session.report(TwinJson.patch(request.payload())),
                    version -> new Answer(NO_CONTENT, version, EMPTY));
        } catch (RefusedException refused) {
            reply(message, request, failed(refused));
        }
    }

    private <T> void answer(
            IncomingLink.Taken message, TwinRequest request, CompletionStage<T> stage, Function<T, Answer> success) {
        var _ = stage.whenComplete((value, failure) -> connection
                .loop()
                .run(() -> reply(
                        message, request, failure == null ? success.apply(value) : failed(Failures.cause(failure)))));
    }

    private void reply(IncomingLink.Taken message, TwinRequest request, Answer answer) {
        if (request.correlationId() == null) { // it could not be told from a change
            message.answered();
            return;
        }
        waiting.add(new Waiting(
                new TwinReply(request.correlationId(), answer.status(), answer.version(), answer.payload()), message));
        ready();
    }

    private void pump() {
        OutgoingLink link = replies;
        while (link != null && !waiting.isEmpty() && link.canSend()) {
            Waiting next = waiting.remove();
            link.sendSettled(next.reply().write(), Guids.bytes(tags.next()));
            changes -= next.request() == null ? 1 : 0;
            answered(next);
        }
    }

    private static void answered(Waiting waiting) {
        if (waiting.request() != null) {
            waiting.request().answered();
        }
    }

    private static Answer done() {
        return new Answer(OK, OptionalLong.empty(), EMPTY);
    }

    private Answer failed(Throwable cause) {
        if (cause instanceof RefusedException refused) {
            return new Answer(status(refused.refusal()), OptionalLong.empty(), EMPTY);
        }
        log.atError().addKeyValue("client", session.identity()).setCause(cause).log("twin request failed");
        return new Answer(500, OptionalLong.empty(), EMPTY);
    }

    private static int status(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Unauthorized _ -> 401;
            case Refusal.NotFound _ -> 404;
            case Refusal.AlreadyExists _ -> 409;
            case Refusal.Invalid _ -> 400;
            case Refusal.PreconditionFailed _ -> 412;
            case Refusal.TooLarge _ -> 413;
            case Refusal.LimitExceeded _ -> 429;
            case Refusal.StoreFull _, Refusal.NotConnected _, Refusal.Unavailable _ -> 503;
            case Refusal.TimedOut _ -> 504;
        };
    }
}
