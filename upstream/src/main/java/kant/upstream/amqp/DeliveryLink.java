package kant.upstream.amqp;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.message.SystemProperties;
import kant.protocol.amqp.wire.DeliveryMessage;
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.SectionsCodec;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that the parent sends an identity on one connection, cloud-to-device or to a module's inputs, until they are
 * settled. As many may be unsettled as there is credit; each one settled makes room for another. Owned by the event loop.
 */
final class DeliveryLink {
    private static final Logger log = LoggerFactory.getLogger(DeliveryLink.class);

    /** As many as a device's queue at IoT Hub holds. */
    private static final int CREDIT = 50;

    private final IdentityId id;
    private final Feature feature;
    private final Receiver receiver;
    private final IdentityLinks.Owner owner;
    private final Map<Long, IncomingDelivery> unsettled = new HashMap<>();

    DeliveryLink(IdentityId id, Feature feature, Receiver receiver, IdentityLinks.Owner owner) {
        this.id = id;
        this.feature = feature;
        this.receiver = receiver;
        this.owner = owner;
    }

    CompletableFuture<Void> open(LinkOpening opening) {
        receiver.deliveryReadHandler(this::received);
        var opened = opening.open(receiver);
        receiver.addCredit(CREDIT);
        return opened;
    }

    /** Settles a delivery; false where it is none of this link's. */
    boolean settle(long deliveryId, Settlement settlement) {
        IncomingDelivery delivery = unsettled.remove(deliveryId);
        if (delivery == null) {
            return false;
        }
        settle(
                delivery,
                switch (settlement) {
                    case ACCEPTED -> Accepted.getInstance();
                    case REJECTED -> new Rejected();
                    case RELEASED, ABANDONED -> Released.getInstance();
                });
        return true;
    }

    /** Ends it; what is unsettled returns to the parent's queue. */
    void close() {
        unsettled.clear();
        receiver.close();
    }

    private void received(IncomingDelivery delivery) {
        if (!Deliveries.complete(delivery)) {
            return;
        }
        try {
            DeliveryMessage read = DeliveryMessage.read(id, SectionsCodec.decode(delivery.readAll()));
            String input = feature == Feature.INPUTS ? read.input() : null;
            long deliveryId = owner.nextDeliveryId();
            unsettled.put(deliveryId, delivery);
            Message message = feature == Feature.INPUTS ? fromItsSender(read.message()) : read.message();
            owner.listener().deliver(new Delivery(deliveryId, feature, input, message, read.deliveryCount()));
        } catch (MalformedMessage e) {
            log.atWarn()
                    .addKeyValue("identity", id)
                    .addKeyValue("reason", e.what())
                    .log("a message from the parent is unreadable, rejected");
            settle(delivery, new Rejected());
        }
    }

    private void settle(IncomingDelivery delivery, DeliveryState state) {
        delivery.disposition(state, true);
        receiver.addCredit(1);
    }

    /** A message for an input names its sender where that is known. */
    private Message fromItsSender(Message message) {
        String device = idOrNull(message, SystemProperties.CONNECTION_DEVICE_ID);
        String module = idOrNull(message, SystemProperties.CONNECTION_MODULE_ID);
        IdentityId sender = device == null ? id.device() : new IdentityId(device, module);
        return new Message(sender, message.systemProperties(), message.properties(), message.payload());
    }

    private static @Nullable String idOrNull(Message message, String property) {
        String text = message.systemProperties().get(property);
        return text == null || text.isEmpty() || text.indexOf('/') >= 0 ? null : text;
    }
}
