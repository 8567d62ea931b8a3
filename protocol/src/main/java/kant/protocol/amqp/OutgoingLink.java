package kant.protocol.amqp;

import kant.protocol.amqp.wire.Sections;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.net.OnLoop;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.jspecify.annotations.Nullable;

/** A link on which we send, as far as the peer's credit, its session's window and the socket let us. */
@OnLoop
final class OutgoingLink {
    private final ConnectionContext connection;
    private final Sender sender;
    private final Runnable pump;

    /** The part of a message that the session's window had no place for. */
    private @Nullable ProtonBuffer rest;

    /** @param pump sends what is there to be sent, while {@link #canSend} */
    OutgoingLink(ConnectionContext connection, Sender sender, Runnable pump) {
        this.connection = connection;
        this.sender = sender;
        this.pump = pump;
    }

    /** Answers the attach. */
    void open(SenderSettleMode sends, ReceiverSettleMode receives) {
        sender.creditStateUpdateHandler(connection.guarded(_ -> ready()));
        Links.open(sender, sends, receives);
        ready();
    }

    Sender sender() {
        return sender;
    }

    boolean canSend() {
        return rest == null && connection.isWritable() && Links.isUsable(sender) && sender.isSendable();
    }

    /** Sends a message that wants no answer. */
    void sendSettled(Sections message, byte[] tag) {
        OutgoingDelivery delivery = sender.next().setTag(tag);
        delivery.settle();
        write(delivery, SectionsCodec.encode(message));
    }

    /** Sends a message that is answered by a disposition. */
    OutgoingDelivery send(Sections message, byte[] tag) {
        OutgoingDelivery delivery = sender.next().setTag(tag);
        write(delivery, SectionsCodec.encode(message));
        return delivery;
    }

    /** There may be room: goes on with the message that is under way, then with what waits. */
    void ready() {
        ProtonBuffer unsent = rest;
        if (unsent != null && connection.isWritable() && Links.isUsable(sender) && sender.isSendable()) {
            rest = null;
            write(sender.current(), unsent);
        }
        pump.run();
        if (rest == null && Links.isUsable(sender) && sender.isDraining() && connection.isWritable()) {
            sender.drained();
        }
    }

    private void write(OutgoingDelivery delivery, ProtonBuffer bytes) {
        delivery.writeBytes(bytes);
        if (bytes.isReadable()) {
            rest = bytes;
        }
    }
}
