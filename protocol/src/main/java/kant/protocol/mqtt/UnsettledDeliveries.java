package kant.protocol.mqtt;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import kant.protocol.net.OnLoop;

/** What a client was sent with quality 1 and has not acknowledged, oldest first; and the packet ids in use. */
@OnLoop
final class UnsettledDeliveries {
    private static final int MAX_PACKET_ID = 65_535;

    private final Map<Integer, Sent> sent = new LinkedHashMap<>();
    private int lastPacketId;

    private record Sent(long deliveryId, long nanos) {}

    /** A packet id that no unsettled delivery has; the hub's window keeps those far below 65,535. */
    int nextPacketId() {
        do {
            lastPacketId = lastPacketId % MAX_PACKET_ID + 1;
        } while (sent.containsKey(lastPacketId));
        return lastPacketId;
    }

    void add(int packetId, long deliveryId, long nowNanos) {
        sent.put(packetId, new Sent(deliveryId, nowNanos));
    }

    /** The delivery that a PUBACK settles; empty for a late or unknown one. */
    OptionalLong acknowledge(int packetId) {
        Sent delivery = sent.remove(packetId);
        return delivery == null ? OptionalLong.empty() : OptionalLong.of(delivery.deliveryId());
    }

    /** Takes out the oldest delivery where it was sent at or before a time. */
    OptionalLong takeSentBefore(long nanos) {
        var oldest = sent.entrySet().iterator();
        if (!oldest.hasNext()) {
            return OptionalLong.empty();
        }
        Sent delivery = oldest.next().getValue();
        if (delivery.nanos() - nanos > 0) {
            return OptionalLong.empty();
        }
        oldest.remove();
        return OptionalLong.of(delivery.deliveryId());
    }

    /** When the oldest was sent; empty where nothing is unsettled. */
    OptionalLong oldestNanos() {
        var oldest = sent.values().iterator();
        return oldest.hasNext() ? OptionalLong.of(oldest.next().nanos()) : OptionalLong.empty();
    }
}
