package kant.protocol.amqp;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.model.message.Settlement;
import kant.protocol.amqp.wire.Conditions;
import kant.protocol.amqp.wire.Guids;
import kant.protocol.amqp.wire.MessageProperties;
import kant.protocol.amqp.wire.Sections;
import kant.protocol.amqp.wire.WireNames;
import kant.protocol.net.OnLoop;
import kant.protocol.port.ServiceSession;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;

/** Feedback on its way to a service application (service-protocols.md §3.2), a batch at a time. */
@OnLoop
final class FeedbackLink {
    private final ConnectionContext connection;
    private final ServiceSession session;
    private final LockTokens locks;
    private final OutgoingLink link;
    private final Deque<Batch> waiting = new ArrayDeque<>();
    private final Map<OutgoingDelivery, Long> sent = new LinkedHashMap<>();

    /** @param records the JSON array */
    record Batch(long id, Instant enqueued, byte[] records) {}

    FeedbackLink(ConnectionContext connection, ServiceSession session, Sender sender) {
        this.connection = connection;
        this.session = session;
        locks = new LockTokens(connection.head().randomness());
        link = new OutgoingLink(connection, sender, this::pump);
        sender.deliveryStateUpdatedHandler(connection.guarded(this::updated));
    }

    void open() {
        boolean second = link.sender().getRemoteReceiverSettleMode() == ReceiverSettleMode.SECOND;
        link.open(SenderSettleMode.UNSETTLED, second ? ReceiverSettleMode.SECOND : ReceiverSettleMode.FIRST);
    }

    boolean isOn(Link<?> other) {
        return link.sender() == other;
    }

    void add(Batch batch) {
        waiting.add(batch);
        ready();
    }

    void ready() {
        link.ready();
    }

    /** A newer link takes its place. */
    void close() {
        gone();
        Links.close(link.sender(), new ErrorCondition(Conditions.STOLEN, "a newer link took its place"));
    }

    /** The link is gone; what was not settled comes again. */
    void gone() {
        sent.values().forEach(id -> session.settleFeedback(id, Settlement.RELEASED));
        waiting.forEach(batch -> session.settleFeedback(batch.id(), Settlement.RELEASED));
        sent.clear();
        waiting.clear();
    }

    private void pump() {
        while (!waiting.isEmpty() && link.canSend()) {
            Batch batch = waiting.remove();
            var lock = locks.next();
            sent.put(link.send(message(batch, lock.toString()), Guids.bytes(lock)), batch.id());
        }
    }

    private static Sections message(Batch batch, String lock) {
        return Sections.of(
                new MessageProperties(null, null, null, null, null, WireNames.FEEDBACK_CONTENT_TYPE, "utf-8", null),
                Map.of(WireNames.ENQUEUED_TIME, batch.enqueued(), WireNames.LOCK_TOKEN, lock),
                Map.of(),
                batch.records());
    }

    private void updated(OutgoingDelivery delivery) {
        Long id = sent.remove(delivery);
        if (id != null) {
            session.settleFeedback(
                    id,
                    switch (delivery.getRemoteState()) {
                        case Accepted _ -> Settlement.ACCEPTED;
                        case Rejected _ -> Settlement.REJECTED;
                        case null, default -> Settlement.RELEASED;
                    });
        }
        connection.loop().run(() -> {
            if (!delivery.isSettled() && Links.isUsable(delivery.getLink())) {
                delivery.disposition(delivery.getRemoteState(), true);
            }
        });
    }
}
