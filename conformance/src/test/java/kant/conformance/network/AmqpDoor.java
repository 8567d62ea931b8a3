package kant.conformance.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import javax.net.ssl.SSLContext;
import kant.conformance.Hub;
import kant.conformance.harness.SasIdentity;
import kant.conformance.wire.AmqpClient;
import kant.conformance.wire.AmqpMessage;
import kant.conformance.wire.AmqpSender;
import kant.conformance.wire.Cbs;
import kant.conformance.wire.TlsWire;
import org.apache.qpid.protonj2.engine.exceptions.EngineStateException;
import org.apache.qpid.protonj2.types.messaging.Accepted;

/** A plain AMQP client: one message at a time, unsettled. */
record AmqpDoor(AmqpClient client, AmqpSender events) implements Door {
    static Door open(String address, SSLContext trust, SasIdentity identity) throws Exception {
        TlsWire wire = TlsWire.dial(address, Hub.AMQPS, trust);
        try {
            AmqpClient client = AmqpClient.open(wire, AmqpClient.Login.NO_SASL, address);
            int status = Cbs.on(client).put(identity.resource(), identity.token());
            if (status / 100 != 2) {
                throw new IOException("the token of " + identity + " was refused with " + status);
            }
            return new AmqpDoor(client, client.sender(identity.path() + "/messages/events"));
        } catch (IOException e) {
            wire.close();
            throw e;
        } catch (UncheckedIOException | EngineStateException e) {
            wire.close();
            throw new IOException(e); // the connection ended while it wrote
        }
    }

    @Override
    public boolean send(Note note) throws IOException {
        AmqpMessage message = AmqpMessage.data(Note.PAYLOAD);
        note.properties().forEach(message::with);
        try {
            return events.send(message) instanceof Accepted;
        } catch (UncheckedIOException | EngineStateException e) {
            throw new IOException(e); // the connection ended while it wrote
        }
    }

    @Override
    public void close() throws IOException {
        client.cut();
    }
}
