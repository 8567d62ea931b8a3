package kant.conformance.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import javax.net.ssl.SSLContext;
import kant.conformance.Hub;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.conformance.wire.AmqpClient;
import kant.conformance.wire.AmqpMessage;
import kant.conformance.wire.AmqpSender;
import kant.conformance.wire.Cbs;
import kant.conformance.wire.TlsWire;
import org.apache.qpid.protonj2.types.messaging.Accepted;

/** One connection of a plain client to a hub. */
interface Door extends AutoCloseable {
    /** Sends and waits for the answer: whether it was taken. An exception leaves that open, and ends the connection. */
    boolean send(Note note) throws IOException;

    @Override
    void close() throws IOException;

    /** How a plain client comes in. */
    enum Protocol {
        MQTT {
            @Override
            Door open(String address, SSLContext trust, SasIdentity identity) throws Exception {
                MqttSocket client = MqttSocket.open(address, trust, identity);
                return new Door() {
                    @Override
                    public boolean send(Note note) throws IOException {
                        client.send(identity.topics() + "messages/events/" + note.bag(), Note.PAYLOAD);
                        return true;
                    }

                    @Override
                    public void close() throws IOException {
                        client.close();
                    }
                };
            }
        },
        AMQP {
            @Override
            Door open(String address, SSLContext trust, SasIdentity identity) throws Exception {
                AmqpClient client = AmqpClient.open(
                        TlsWire.dial(address, Hub.AMQPS, trust), AmqpClient.Login.NO_SASL, address);
                int status = Cbs.on(client).put(identity.resource(), identity.token());
                if (status / 100 != 2) {
                    throw new IOException("the token of " + identity + " was refused with " + status);
                }
                AmqpSender events = client.sender(identity.path() + "/messages/events");
                return new Door() {
                    @Override
                    public boolean send(Note note) throws IOException {
                        AmqpMessage message = AmqpMessage.data(Note.PAYLOAD);
                        note.properties().forEach(message::with);
                        try {
                            return events.send(message) instanceof Accepted;
                        } catch (UncheckedIOException e) {
                            throw e.getCause();
                        }
                    }

                    @Override
                    public void close() throws IOException {
                        client.cut();
                    }
                };
            }
        };

        abstract Door open(String address, SSLContext trust, SasIdentity identity) throws Exception;
    }
}
