package kant.conformance.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.engine.exceptions.EngineStateException;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.transport.DeliveryState;

/** A link to the server. */
public final class AmqpSender {
    /** The message format of many messages in one (device-protocols.md §3.5). */
    public static final int BATCH = 0x80013700;

    private final AmqpClient client;
    private final Sender link;
    private int tags;

    private AmqpSender(AmqpClient client, Sender link) {
        this.client = client;
        this.link = link;
    }

    static AmqpSender attach(AmqpClient client, Session session, String address, Map<Symbol, Object> properties)
            throws IOException {
        Sender link = session.sender("sender-" + UUID.randomUUID());
        link.setSource(new Source()).setTarget(new Target().setAddress(address));
        link.setProperties(properties);
        link.open();
        client.await("the attach of " + address, () -> link.isRemotelyOpen() || link.isRemotelyClosedOrDetached());
        return new AmqpSender(client, link);
    }

    public Sender link() {
        return link;
    }

    /** Sends and waits for the outcome. */
    public DeliveryState send(AmqpMessage message) throws IOException {
        return send(message.encode(), 0);
    }

    public DeliveryState send(byte[] message, int format) throws IOException {
        client.await("credit", () -> link.isSendable() || link.isRemotelyClosedOrDetached());
        OutgoingDelivery delivery = link.next();
        delivery.setTag(Integer.toString(tags++).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        delivery.setMessageFormat(format);
        delivery.writeBytes(ProtonBufferAllocator.defaultAllocator().copy(message));
        client.await("a disposition", () -> delivery.getRemoteState() != null || link.isRemotelyClosedOrDetached());
        DeliveryState state = delivery.getRemoteState();
        delivery.settle();
        if (state == null) {
            throw new IOException("the server ended the link instead of a disposition: " + condition());
        }
        return state;
    }

    /** Sends all of them and waits for each outcome; null for those that the connection's end left open. */
    public List<DeliveryState> outcomes(List<AmqpMessage> messages) throws IOException {
        List<OutgoingDelivery> deliveries = new ArrayList<>();
        try {
            for (AmqpMessage message : messages) {
                client.await("credit", () -> link.isSendable() || link.isRemotelyClosedOrDetached());
                OutgoingDelivery delivery = link.next();
                deliveries.add(delivery);
                delivery.setTag(Integer.toString(tags++).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                delivery.writeBytes(ProtonBufferAllocator.defaultAllocator().copy(message.encode()));
            }
            client.await("the dispositions", () -> deliveries.stream().allMatch(d -> d.getRemoteState() != null));
            deliveries.forEach(OutgoingDelivery::settle);
        } catch (IOException | UncheckedIOException | EngineStateException _) {
            // what is known by now is what the caller gets
        }
        List<DeliveryState> outcomes = new ArrayList<>();
        deliveries.forEach(delivery -> outcomes.add(delivery.getRemoteState()));
        while (outcomes.size() < messages.size()) {
            outcomes.add(null);
        }
        return outcomes;
    }

    /** Sends settled: waits for nothing but credit. */
    public void sendSettled(AmqpMessage message) throws IOException {
        client.await("credit", () -> link.isSendable() || link.isRemotelyClosedOrDetached());
        OutgoingDelivery delivery = link.next();
        delivery.setTag(Integer.toString(tags++).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        delivery.settle();
        delivery.writeBytes(ProtonBufferAllocator.defaultAllocator().copy(message.encode()));
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
}
