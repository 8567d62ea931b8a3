package kant.conformance.crash;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import kant.conformance.Hub;
import kant.conformance.harness.SasIdentity;
import kant.conformance.wire.AmqpClient;
import kant.conformance.wire.AmqpMessage;
import kant.conformance.wire.AmqpSender;
import kant.conformance.wire.Cbs;
import kant.conformance.wire.TlsWire;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.transport.DeliveryState;

/** Sends over AMQP, many at a time; what is not accepted was refused. */
final class AmqpSending implements Comeback.Life {
    private static final int WINDOW = 15;
    private static final long PACE_NANOS = Duration.ofMillis(8).toNanos();

    private final Site site;
    private final SasIdentity identity;
    private final Outgoing outgoing;

    AmqpSending(Site site, SasIdentity identity, Outgoing outgoing) {
        this.site = site;
        this.identity = identity;
        this.outgoing = outgoing;
    }

    @Override
    public void live() throws Exception {
        outgoing.broken();
        String host = site.hub.place().hostName();
        try (AmqpClient client = AmqpClient.open(
                TlsWire.dial(site.hub.address(), Hub.AMQPS, site.hubTrust), AmqpClient.Login.NO_SASL, host)) {
            int status = Cbs.on(client).put(host + identity.path(), identity.token());
            if (status / 100 != 2) {
                throw new IOException("the token of " + identity + " was refused with " + status);
            }
            AmqpSender sender = client.sender(identity.path() + "/messages/events");
            while (!outgoing.done()) {
                sendWindow(sender);
                LockSupport.parkNanos(PACE_NANOS);
            }
        }
    }

    private void sendWindow(AmqpSender sender) throws IOException {
        List<Outgoing.Letter> letters = new ArrayList<>();
        while (outgoing.hasMore() && letters.size() < WINDOW) {
            letters.add(outgoing.next());
        }
        List<DeliveryState> outcomes =
                sender.outcomes(letters.stream().map(AmqpSending::message).toList());
        for (int i = 0; i < letters.size(); i++) {
            if (outcomes.get(i) instanceof Accepted) {
                outgoing.acknowledged(letters.get(i));
            } else if (outcomes.get(i) != null) {
                outgoing.refused(letters.get(i));
            }
        }
        if (outgoing.underWay() > 0) {
            throw new IOException("the connection ended with " + outgoing);
        }
    }

    private static AmqpMessage message(Outgoing.Letter letter) {
        return AmqpMessage.data(letter.payload())
                .with("p", letter.priority())
                .with("to", letter.to());
    }

    @Override
    public void leave() {
        outgoing.finish();
    }
}
