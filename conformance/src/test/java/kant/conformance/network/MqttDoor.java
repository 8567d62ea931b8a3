package kant.conformance.network;

import java.io.IOException;
import javax.net.ssl.SSLContext;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;

/** A plain MQTT client: QoS 1, one message at a time. */
record MqttDoor(MqttSocket client, SasIdentity identity) implements Door {
    static Door open(String address, SSLContext trust, SasIdentity identity) throws Exception {
        return new MqttDoor(MqttSocket.open(address, trust, identity), identity);
    }

    /** There is no refusal in MQTT 3.1.1: the hub ends the connection. */
    @Override
    public boolean send(Note note) throws IOException {
        client.send(identity.topics() + "messages/events/" + note.bag(), Note.PAYLOAD);
        return true;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
