package kant.conformance.crash;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import kant.conformance.harness.MqttBytes;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;

/** Sends over MQTT with QoS 1, many at a time. */
final class MqttSender implements Comeback.Life {
    private static final int WINDOW = 30;
    private static final int MOST_IDS = 65_535;
    private static final long PACE_NANOS = Duration.ofMillis(5).toNanos();

    private final Site site;
    private final SasIdentity identity;
    private final Outgoing outgoing;

    MqttSender(Site site, SasIdentity identity, Outgoing outgoing) {
        this.site = site;
        this.identity = identity;
        this.outgoing = outgoing;
    }

    @Override
    public void live() throws Exception {
        outgoing.broken();
        try (var client = MqttSocket.open(site.hub.address(), site.hubTrust, identity)) {
            Map<Integer, Outgoing.Letter> byId = new HashMap<>();
            int lastId = 0;
            while (!outgoing.done()) {
                lastId = fill(client, byId, lastId);
                while (outgoing.underWay() > WINDOW / 2 || !outgoing.hasMore() && outgoing.underWay() > 0) {
                    outgoing.acknowledged(byId.remove(client.nextAcknowledged()));
                }
                LockSupport.parkNanos(PACE_NANOS);
            }
        }
    }

    private int fill(MqttSocket client, Map<Integer, Outgoing.Letter> byId, int lastId) throws IOException {
        var bytes = new ByteArrayOutputStream();
        int id = lastId;
        while (outgoing.hasMore() && outgoing.underWay() < WINDOW) {
            Outgoing.Letter letter = outgoing.next();
            id = id % MOST_IDS + 1;
            byId.put(id, letter);
            bytes.writeBytes(MqttBytes.publish(topic(letter), id, letter.payload()));
        }
        client.write(bytes.toByteArray());
        return id;
    }

    private String topic(Outgoing.Letter letter) {
        return identity.topics() + "messages/events/p=" + letter.priority() + "&to=" + letter.to();
    }

    @Override
    public void leave() {
        outgoing.finish();
    }
}
