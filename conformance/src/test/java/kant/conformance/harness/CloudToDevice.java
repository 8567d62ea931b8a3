package kant.conformance.harness;

import java.io.IOException;
import javax.net.ssl.SSLContext;
import kant.conformance.wire.AmqpClient;
import kant.conformance.wire.AmqpMessage;
import kant.conformance.wire.AmqpReceiver;
import kant.conformance.wire.Cbs;
import kant.conformance.wire.TlsWire;
import org.apache.qpid.protonj2.types.transport.DeliveryState;

/** A service application at the stand-in, over AMQP as the service SDKs do it: sends to devices and reads what became of it. */
public final class CloudToDevice implements AutoCloseable {
    private static final int AMQPS = 5671;

    private final AmqpClient client;

    private CloudToDevice(AmqpClient client) {
        this.client = client;
    }

    public static CloudToDevice open(StandIn standIn, SasIdentity policy, SSLContext trust) throws Exception {
        AmqpClient client = AmqpClient.open(
                TlsWire.dial(standIn.address(), AMQPS, trust), AmqpClient.Login.ANONYMOUS, standIn.name());
        int status = Cbs.on(client).put(standIn.name(), policy.token());
        if (status / 100 != 2) {
            throw new IOException("the service's token was refused with " + status);
        }
        return new CloudToDevice(client);
    }

    /** Sends one message; the outcome at the hub. */
    public DeliveryState send(String device, AmqpMessage message) throws IOException {
        return client.sender("/messages/devicebound").send(message.to("/devices/" + device + "/messages/devicebound"));
    }

    /** Where feedback on messages that asked for it arrives. */
    public AmqpReceiver feedback() throws IOException {
        return client.receiver("/messages/servicebound/feedback", 1);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
