package kant.protocol.amqp;

import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Settlement;
import kant.protocol.amqp.wire.DeliveryMessage;
import kant.protocol.amqp.wire.Guids;
import kant.protocol.net.ChannelTasks;
import kant.protocol.net.OnLoop;
import kant.protocol.port.Session;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Modified;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.jspecify.annotations.Nullable;

/**
 * A link on which a client gets cloud-to-device messages or inputs, and settles them (device-protocols.md §3.6). What it has not
 * settled in time, or when the link goes, is given back.
 */
@OnLoop
final class DeliveryLink {
    private final ConnectionContext connection;
    private final Session session;
    private final Feature feature;
    private final LockTokens locks;
    private final Duration patience;
    private final OutgoingLink link;
    private final boolean settled;
    private final Deque<Delivery> waiting = new ArrayDeque<>();
    private final Map<OutgoingDelivery, Sent> sent = new LinkedHashMap<>();
    private @Nullable ScheduledFuture<?> timer;
    private boolean gone;

    private record Sent(long deliveryId, long nanos) {}

    DeliveryLink(ConnectionContext connection, Session session, Feature feature, LockTokens locks, Sender sender) {
        this.connection = connection;
        this.session = session;
        this.feature = feature;
        this.locks = locks;
        patience = feature == Feature.INPUTS
                ? connection.limits().settlement()
                : connection.limits().lock();
        settled = sender.getRemoteSenderSettleMode() == SenderSettleMode.SETTLED;
        link = new OutgoingLink(connection, sender, this::pump);
        sender.deliveryStateUpdatedHandler(connection.guarded(this::updated));
    }

    /** Answers the attach: cloud-to-device messages are settled in the client's way, inputs by the first disposition. */
    void open() {
        ReceiverSettleMode asked = link.sender().getRemoteReceiverSettleMode();
        boolean second = feature == Feature.CLOUD_TO_DEVICE && asked == ReceiverSettleMode.SECOND;
        link.open(
                settled ? SenderSettleMode.SETTLED : SenderSettleMode.UNSETTLED,
                second ? ReceiverSettleMode.SECOND : ReceiverSettleMode.FIRST);
    }

    void add(Delivery delivery) {
        if (gone) {
            session.settle(delivery.id(), Settlement.RELEASED);
            return;
        }
        waiting.add(delivery);
    }

    void ready() {
        link.ready();
    }

    /** The link is gone; the hub takes back what was not settled. */
    void gone() {
        gone = true;
        if (timer != null) {
            timer.cancel(false);
        }
        sent.values().forEach(delivery -> session.settle(delivery.deliveryId(), Settlement.RELEASED));
        waiting.forEach(delivery -> session.settle(delivery.id(), Settlement.RELEASED));
        sent.clear();
        waiting.clear();
    }

    private void pump() {
        while (!waiting.isEmpty() && link.canSend()) {
            send(waiting.remove());
        }
    }

    private void send(Delivery delivery) {
        UUID lock = locks.next();
        byte[] tag = Guids.bytes(lock);
        if (settled) {
            link.sendSettled(DeliveryMessage.write(delivery, lock), tag);
            session.settle(delivery.id(), Settlement.ACCEPTED);
            return;
        }
        OutgoingDelivery under = link.send(DeliveryMessage.write(delivery, lock), tag);
        sent.put(under, new Sent(delivery.id(), connection.head().time().nanos()));
        watch();
    }

    private void updated(OutgoingDelivery delivery) {
        Sent known = sent.remove(delivery);
        if (known != null) {
            session.settle(known.deliveryId(), settlement(delivery.getRemoteState()));
        }
        if (!delivery.isRemotelySettled()) {
            // not from in here: protonj2 is walking through the deliveries that a range of dispositions names
            connection.loop().run(() -> settle(delivery, delivery.getRemoteState()));
        } else if (!delivery.isSettled()) {
            delivery.settle();
        }
    }

    private void settle(OutgoingDelivery delivery, DeliveryState outcome) {
        if (!delivery.isSettled() && Links.isUsable(delivery.getLink())) {
            delivery.disposition(outcome, true);
        }
    }

    /** A module's own giving back is told apart, for nobody else counts it; the parent counts a device's. */
    private Settlement settlement(@Nullable DeliveryState outcome) {
        return switch (outcome) {
            case Accepted _ -> Settlement.ACCEPTED;
            case Rejected _ -> Settlement.REJECTED;
            case Modified modified when modified.isUndeliverableHere() -> Settlement.REJECTED;
            case null, default -> feature == Feature.INPUTS ? Settlement.ABANDONED : Settlement.RELEASED;
        };
    }

    private void watch() {
        if (timer == null && !sent.isEmpty()) {
            long age = connection.head().time().nanos()
                    - sent.values().iterator().next().nanos();
            timer = ChannelTasks.after(
                    connection.channel(), patience.minusNanos(age).plusMillis(1), this::overdue);
        }
    }

    /** Gives back what the client has held for too long; a disposition that comes all the same is too late. */
    private void overdue() {
        timer = null;
        long limit = connection.head().time().nanos() - patience.toNanos();
        var oldest = sent.entrySet().iterator();
        while (oldest.hasNext()) {
            var entry = oldest.next();
            if (entry.getValue().nanos() - limit > 0) {
                break;
            }
            oldest.remove();
            session.settle(entry.getValue().deliveryId(), Settlement.RELEASED);
            settle(entry.getKey(), Released.getInstance());
        }
        watch();
        connection.channel().flush();
    }
}
