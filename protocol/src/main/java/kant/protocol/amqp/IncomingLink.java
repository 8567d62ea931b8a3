package kant.protocol.amqp;

import java.io.IOException;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.protocol.amqp.wire.Conditions;
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.WireNames;
import kant.protocol.net.OnLoop;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link on which the peer sends. It has credit for so many messages that, with those not answered yet, they fill its window; a peer
 * that sends more, or more than a message may weigh, loses the link.
 */
@OnLoop
final class IncomingLink {
    private static final Logger log = LoggerFactory.getLogger(IncomingLink.class);
    private static final Symbol TOO_MANY = Symbol.valueOf("amqp:link:transfer-limit-exceeded");

    private final ConnectionContext connection;
    private final Receiver receiver;
    private final int window;
    private final Sink sink;
    private int pending;
    private int partBytes;

    /** Takes what has come whole. Throwing rejects it; else exactly one of the taken message's verbs is to be called later. */
    interface Sink {
        void take(Taken message) throws MalformedMessage, RefusedException;
    }

    IncomingLink(ConnectionContext connection, Receiver receiver, int window, Sink sink) {
        this.connection = connection;
        this.receiver = receiver;
        this.window = window;
        this.sink = sink;
    }

    /** Answers the attach and grants credit. */
    void open(SenderSettleMode mode) {
        receiver.deliveryReadHandler(connection.guarded(this::read));
        receiver.deliveryAbortedHandler(connection.guarded(this::aborted));
        Links.open(receiver, mode, ReceiverSettleMode.FIRST);
        topUp();
    }

    /** The link is gone, and what has come of a message with it. */
    void gone() {
        part(0);
    }

    private void read(IncomingDelivery delivery) {
        if (!Links.isUsable(receiver)) {
            drop(delivery);
            return;
        }
        int bytes = delivery.available();
        if (bytes > WireNames.MAX_MESSAGE_BYTES) {
            end(delivery, Conditions.TOO_LARGE, "a message is larger than " + WireNames.MAX_MESSAGE_BYTES + " bytes");
        } else if (pending >= window) {
            end(delivery, TOO_MANY, "more messages than the link has credit for");
        } else if (delivery.isPartial()) {
            if (!part(bytes)) {
                end(delivery, Conditions.LIMIT_EXCEEDED, "too much is sent in part on this connection");
            }
        } else {
            part(0);
            take(new Taken(this, delivery, bytes));
        }
    }

    private void take(Taken message) {
        pending++;
        connection.inflight().add(message.bytes());
        try {
            sink.take(message);
        } catch (MalformedMessage malformed) {
            message.fail(new RefusedException(new Refusal.Invalid(malformed.what())));
        } catch (RefusedException refused) {
            message.fail(refused);
        }
    }

    private void aborted(IncomingDelivery delivery) {
        part(0);
        delivery.settle();
        topUp();
    }

    /** Accounts for what has come of the one message that is under way. */
    private boolean part(int bytes) {
        connection.inflight().removePart(partBytes);
        partBytes = bytes;
        return connection.inflight().addPart(bytes);
    }

    private void end(IncomingDelivery delivery, Symbol condition, String reason) {
        drop(delivery);
        part(0);
        Links.close(receiver, new ErrorCondition(condition, reason));
    }

    private static void drop(IncomingDelivery delivery) {
        ProtonBuffer bytes = delivery.readAll();
        if (bytes != null) {
            bytes.close();
        }
    }

    private void answered(Taken message) {
        pending--;
        connection.inflight().remove(message.bytes());
        topUp();
    }

    private void topUp() {
        int missing = window - pending - receiver.getCredit();
        if (missing * 2 >= window && Links.isUsable(receiver)) {
            receiver.addCredit(missing);
        }
    }

    /** A message that has come whole and is to be answered. */
    record Taken(IncomingLink link, IncomingDelivery delivery, int bytes) {

        /** Its bytes; to be called once. */
        ProtonBuffer read() {
            ProtonBuffer content = delivery.readAll();
            return content == null ? ProtonBufferAllocator.defaultAllocator().allocate(0) : content;
        }

        void accept() {
            settle(Accepted.getInstance());
            link.answered(this);
        }

        /** Released where it is worth sending again as it is, else rejected, with the reason. */
        void fail(Throwable cause) {
            settle(outcome(cause));
            link.answered(this);
        }

        /** Tells the outcome now, while the answer in words is yet to come: it keeps its place in the window until {@link #answered}. */
        void acceptAhead() {
            settle(Accepted.getInstance());
        }

        void answered() {
            link.answered(this);
        }

        private void settle(DeliveryState outcome) {
            if (!delivery.isSettled() && Links.isUsable(link.receiver)) {
                delivery.disposition(outcome, true);
            }
        }

        private static DeliveryState outcome(Throwable cause) {
            if (cause instanceof RefusedException refused) {
                return Conditions.isTemporary(refused.refusal())
                        ? Released.getInstance()
                        : new Rejected().setError(Conditions.of(refused.refusal()));
            }
            var line = log.atError().addKeyValue("reason", String.valueOf(cause));
            (cause instanceof IOException ? line : line.setCause(cause)).log("the hub could not take a message");
            return Released.getInstance();
        }
    }
}
