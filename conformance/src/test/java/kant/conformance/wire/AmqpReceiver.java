package kant.conformance.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.transport.DeliveryState;

/** A link from the server. */
public final class AmqpReceiver {
    private final AmqpClient client;
    private final Receiver link;
    private final Queue<Received> arrived = new ArrayDeque<>();

    private AmqpReceiver(AmqpClient client, Receiver link) {
        this.client = client;
        this.link = link;
    }

    /** A message that has not been settled yet. */
    public record Received(AmqpMessage message, byte[] bytes, byte[] tag, IncomingDelivery delivery) {
        /** The format code of an annotation's value as it stands on the wire: a timestamp reads as a long otherwise. */
        public int typeCode(String annotation) {
            String latin = new String(bytes, StandardCharsets.ISO_8859_1);
            int at = latin.indexOf(annotation);
            if (at < 0) {
                throw new AssertionError("no annotation " + annotation + " in " + message);
            }
            return bytes[at + annotation.length()] & 0xff;
        }

        public void settle(DeliveryState outcome) {
            delivery.disposition(outcome, true);
        }
    }

    static AmqpReceiver attach(
            AmqpClient client, Session session, String address, int credit, Map<Symbol, Object> properties)
            throws IOException {
        Receiver link = session.receiver("receiver-" + UUID.randomUUID());
        var receiver = new AmqpReceiver(client, link);
        link.setSource(new Source().setAddress(address)).setTarget(new Target());
        link.setProperties(properties);
        link.deliveryReadHandler(receiver::take);
        link.open();
        client.await("the attach of " + address, () -> link.isRemotelyOpen() || link.isRemotelyClosedOrDetached());
        if (credit > 0 && !link.isRemotelyClosedOrDetached()) {
            link.addCredit(credit);
        }
        return receiver;
    }

    public Receiver link() {
        return link;
    }

    public void credit(int count) {
        link.addCredit(count);
    }

    /** The next message, left unsettled. */
    public Received receive() throws IOException {
        client.await("a message", () -> !arrived.isEmpty());
        return arrived.remove();
    }

    /** The next message, accepted. */
    public AmqpMessage accept() throws IOException {
        Received received = receive();
        received.settle(Accepted.getInstance());
        return received.message();
    }

    /** Whether nothing comes for a time. */
    public boolean staysEmptyFor(Duration time) throws IOException {
        return !client.isTrueWithin(time, () -> !arrived.isEmpty());
    }

    /** Whether the server ends this link within a time. */
    public boolean endsWithin(Duration limit) throws IOException {
        return client.isTrueWithin(limit, link::isRemotelyClosedOrDetached);
    }

    /** Why the server ended it, empty where it gave no reason. */
    public String condition() {
        return AmqpClient.condition(link.getRemoteCondition());
    }

    public void close() {
        link.close();
    }

    private void take(IncomingDelivery delivery) {
        if (!delivery.isPartial()) {
            ProtonBuffer read = delivery.readAll();
            byte[] bytes = new byte[read.getReadableBytes()];
            read.readBytes(bytes, 0, bytes.length);
            var message =
                    AmqpMessage.decode(ProtonBufferAllocator.defaultAllocator().copy(bytes));
            arrived.add(new Received(message, bytes, delivery.getTag().tagBytes(), delivery));
        }
    }
}
