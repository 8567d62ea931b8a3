package kant.upstream.mqtt;

import io.netty.handler.codec.mqtt.MqttMessageType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kant.protocol.head.ProtocolViolation;
import org.jspecify.annotations.Nullable;

/** What one connection has sent with a packet id, until its acknowledgement comes; oldest first. */
final class Unacknowledged {
    private static final int LAST_PACKET_ID = 65_535;

    private record Sent(Request request, long at) {}

    private final Map<Integer, Sent> sent = new LinkedHashMap<>();
    private int lastId;

    /** Takes a request in and gives it a packet id that no other has; the caller bounds how many there are. */
    int add(Request request, long now) {
        do {
            lastId = lastId == LAST_PACKET_ID ? 1 : lastId + 1;
        } while (sent.containsKey(lastId));
        sent.put(lastId, new Sent(request, now));
        return lastId;
    }

    /** Takes out what an acknowledgement is for; null where that was acknowledged before. */
    @Nullable
    Request acknowledged(int packetId, MqttMessageType answer) throws ProtocolViolation {
        Sent found = sent.get(packetId);
        if (found == null) {
            return null;
        }
        if (found.request().answer() != answer) {
            throw new ProtocolViolation("packet " + packetId + " was answered by " + answer + ", not by "
                    + found.request().answer());
        }
        sent.remove(packetId);
        return found.request();
    }

    int size() {
        return sent.size();
    }

    boolean isEmpty() {
        return sent.isEmpty();
    }

    /** How long the oldest has waited; 0 where there is none. */
    long oldestWaitNanos(long now) {
        return sent.isEmpty() ? 0 : now - sent.values().iterator().next().at();
    }

    /** Takes out everything. */
    List<Request> clear() {
        List<Request> all = sent.values().stream().map(Sent::request).toList();
        sent.clear();
        return all;
    }
}
