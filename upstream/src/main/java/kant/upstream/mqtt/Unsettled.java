package kant.upstream.mqtt;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** Deliveries of one connection that wait to be settled: delivery id to packet id. Owned by the event loop. */
final class Unsettled {
    /** Parents send at most some hundred ahead; one that sends without end is cut off. */
    static final int MOST = 1024;

    private final Map<Long, Integer> packetIds = new HashMap<>();

    /** Whether there was room for another one. */
    boolean add(long deliveryId, int packetId) {
        return packetIds.size() < MOST && packetIds.put(deliveryId, packetId) == null;
    }

    /** Takes one out; empty where the id is unknown. */
    OptionalInt take(long deliveryId) {
        Integer packetId = packetIds.remove(deliveryId);
        return packetId == null ? OptionalInt.empty() : OptionalInt.of(packetId);
    }
}
