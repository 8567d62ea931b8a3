package kant.protocol.amqp;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.protocol.amqp.wire.CbsReply;
import kant.protocol.amqp.wire.Conditions;
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.PutToken;
import kant.protocol.amqp.wire.Sections;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.head.Failures;
import kant.protocol.net.OnLoop;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node where peers put tokens (device-protocols.md §3.2). Node clients grant credit for the answer only after they have asked, so
 * answers wait for credit; a request keeps its place in the window until its answer has left.
 */
@OnLoop
final class CbsNode implements IncomingLink.Sink {
    private static final Logger log = LoggerFactory.getLogger(CbsNode.class);

    private static final int WINDOW = 64;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final ConnectionContext connection;
    private final Holder holder;
    private final Deque<Answer> waiting = new ArrayDeque<>();
    private @Nullable OutgoingLink replies;
    private int tags;

    private record Answer(CbsReply reply, IncomingLink.Taken request) {}

    /** Keeps tokens. */
    interface Holder {
        /**
         * Takes a token; completes when those who are in by an earlier one have been renewed.
         *
         * @throws RefusedException where it cannot be understood, has expired, or has no place
         */
        CompletionStage<Void> put(String token) throws RefusedException;
    }

    CbsNode(ConnectionContext connection, Holder holder) {
        this.connection = connection;
        this.holder = holder;
    }

    /** A link for requests; a peer may have several. */
    void open(Receiver receiver) {
        var link = new IncomingLink(connection, receiver, WINDOW, this);
        receiver.setLinkedResource((Runnable) link::gone);
        link.open(Links.sendsAsAsked(receiver));
    }

    /** The peer's link for answers. */
    void open(Sender sender) {
        if (replies != null) {
            Links.close(replies.sender(), new ErrorCondition(Conditions.STOLEN, "a newer link took its place"));
        }
        var link = new OutgoingLink(connection, sender, this::pump);
        replies = link;
        sender.setLinkedResource((Runnable) () -> gone(link));
        link.open(Links.sendsAsAsked(sender), ReceiverSettleMode.FIRST);
    }

    void ready() {
        if (replies != null) {
            replies.ready();
        }
    }

    @Override
    public void take(IncomingLink.Taken message) throws MalformedMessage {
        Sections request = SectionsCodec.decode(message.read());
        message.acceptAhead();
        try {
            var _ = holder.put(PutToken.read(request).token())
                    .whenComplete((_, failure) -> connection
                            .loop()
                            .run(() -> reply(
                                    message,
                                    request,
                                    failure == null ? OK : status(Failures.cause(failure)),
                                    failure == null ? "OK" : reason(Failures.cause(failure)))));
        } catch (MalformedMessage malformed) {
            reply(message, request, BAD_REQUEST, malformed.what());
        } catch (RefusedException refused) {
            boolean full = refused.refusal() instanceof Refusal.LimitExceeded;
            reply(message, request, full ? 429 : BAD_REQUEST, refused.refusal().reason());
        }
    }

    private void reply(IncomingLink.Taken message, Sections request, int status, String description) {
        waiting.add(new Answer(new CbsReply(request.properties().messageId(), status, description), message));
        ready();
    }

    private void pump() {
        while (!waiting.isEmpty() && replies != null && replies.canSend()) {
            Answer next = waiting.remove();
            byte[] tag = ByteBuffer.allocate(Integer.BYTES).putInt(tags++).array();
            replies.sendSettled(next.reply().write(), tag);
            next.request().answered();
        }
    }

    private void gone(OutgoingLink link) {
        if (replies == link) {
            replies = null;
        }
    }

    private static int status(Throwable cause) {
        if (!(cause instanceof RefusedException refused)) {
            log.atError().setCause(cause).log("a token could not be renewed");
            return 500;
        }
        return switch (refused.refusal()) {
            case Refusal.Unauthorized _ -> 401;
            case Refusal.NotFound _ -> 404;
            case Refusal.LimitExceeded _ -> 429;
            case Refusal.Unavailable _, Refusal.NotConnected _, Refusal.TimedOut _ -> 503;
            case Refusal.AlreadyExists _,
                    Refusal.Invalid _,
                    Refusal.PreconditionFailed _,
                    Refusal.TooLarge _,
                    Refusal.StoreFull _ -> BAD_REQUEST;
        };
    }

    private static String reason(Throwable cause) {
        return cause instanceof RefusedException refused ? refused.refusal().reason() : "internal error";
    }
}
