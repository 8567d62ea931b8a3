package kant.upstream.amqp;

import kant.protocol.amqp.wire.WireNames;
import org.apache.qpid.protonj2.engine.IncomingDelivery;

/** What is checked of every delivery before it is read. */
final class Deliveries {
    private Deliveries() {}

    /**
     * Whether all of it is there.
     *
     * @throws ParentFault where it is longer than anything that was asked for
     */
    static boolean complete(IncomingDelivery delivery) {
        if (delivery.available() > WireNames.MAX_MESSAGE_BYTES) {
            throw new ParentFault("a message on \"" + delivery.getLink().getName() + "\" has more than the "
                    + WireNames.MAX_MESSAGE_BYTES + " bytes that the link lets through");
        }
        return !delivery.isPartial() && !delivery.isAborted();
    }
}
