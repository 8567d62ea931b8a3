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
    private static final int MOST_IDS = 65_535;

    private final Pace pace;
    private final Site site;
    private final SasIdentity identity;
    private final Outgoing outgoing;

    /**
     * How it sends.
     *
     * @param window messages that may be under way
     * @param pause after each half of them
     */
    record Pace(int window, Duration pause) {
        static final Pace STEADY = new Pace(30, Duration.ofMillis(5));
        static final Pace FASTEST = new Pace(400, Duration.ZERO);
    }

    MqttSender(Site site, SasIdentity identity, Pace pace, Outgoing outgoing) {
        this.pace = pace;
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
                while (outgoing.underWay() > pace.window / 2 || !outgoing.hasMore() && outgoing.underWay() > 0) {
                    outgoing.acknowledged(byId.remove(client.nextAcknowledged()));
                }
                LockSupport.parkNanos(pace.pause.toNanos());
            }
        }
    }

    private int fill(MqttSocket client, Map<Integer, Outgoing.Letter> byId, int lastId) throws IOException {
        var bytes = new ByteArrayOutputStream();
        int id = lastId;
        while (outgoing.hasMore() && outgoing.underWay() < pace.window) {
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
