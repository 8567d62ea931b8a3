package kant.conformance;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import kant.conformance.harness.MqttBytes;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.StandIn;
import kant.conformance.wire.AmqpClient;
import kant.conformance.wire.Cbs;
import kant.conformance.wire.TlsWire;
import kant.conformance.wire.WebSocketWire;
import kant.conformance.wire.Wire;

/** The two hubs that serve the same doors, with what a client needs to know of each. */
public enum Hub {
    STAND_IN(StandIn.ADDRESS, StandIn.NAME),
    EDGE_HUB(Doors.ADDRESS, Doors.NAME);

    public static final int MQTTS = 8883;
    public static final int AMQPS = 5671;
    public static final int HTTPS = 443;

    private static final String PLAIN_DEVICE = "plain";
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String address;
    private final String hostName;

    Hub(String address, String hostName) {
        this.address = address;
        this.hostName = hostName;
    }

    public String address() {
        return address;
    }

    public String hostName() {
        return hostName;
    }

    public SSLContext trust() throws Exception {
        return this == STAND_IN ? Doors.open().standInTrust() : Doors.open().edgeTrust();
    }

    public String caFile() throws Exception {
        return this == STAND_IN
                ? Doors.open().standIn().caFile()
                : Doors.open().edge().caFile().toString();
    }

    /** A device of its own that may come in here, named after what it is for. */
    public SasIdentity device(String purpose) throws Exception {
        String id = fresh(purpose);
        return this == STAND_IN
                ? Doors.open().service().device(id)
                : Doors.open().service().leaf(id, Doors.DEVICE);
    }

    /** A module of its own that may come in here. */
    public SasIdentity module(String purpose) throws Exception {
        String device = this == STAND_IN ? plainDevice() : Doors.DEVICE;
        return Doors.open().service().module(device, fresh(purpose));
    }

    /** A name that no other client has. */
    public static String fresh(String purpose) {
        return purpose + "-" + COUNT.incrementAndGet();
    }

    /** A connection string for this hub: through the gateway where it is one. */
    public String connectionString(SasIdentity identity) {
        return identity.connectionString() + (this == EDGE_HUB ? ";GatewayHostName=" + hostName : "");
    }

    public TlsWire dial(int port) throws Exception {
        return dial(port, trust());
    }

    public TlsWire dial(int port, SSLContext tls) throws IOException {
        return TlsWire.dial(address, port, tls);
    }

    /** A WebSocket on port 443, granted or not. */
    public WebSocketWire webSocket(String subprotocol, int fragmentBytes) throws Exception {
        return WebSocketWire.upgrade(
                dial(HTTPS), "/$iothub/websocket?iothub-no-client-cert=true", hostName, subprotocol, fragmentBytes);
    }

    public MqttSocket mqtt() throws Exception {
        return MqttSocket.on(dial(MQTTS));
    }

    /** Connected as this identity. */
    public MqttSocket mqtt(SasIdentity identity) throws Exception {
        return MqttSocket.open(address, trust(), identity);
    }

    /** The CONNACK code that a CONNECT of this kind gets; 256 where the connection ends without one. */
    public int mqttCode(MqttBytes.Connect connect) throws Exception {
        try (MqttSocket client = mqtt()) {
            return client.connect(connect).code();
        } catch (java.io.EOFException | java.net.SocketException _) {
            return 256;
        }
    }

    public AmqpClient amqp(AmqpClient.Login login) throws Exception {
        return amqp(login, dial(AMQPS));
    }

    public AmqpClient amqp(AmqpClient.Login login, Wire wire) throws IOException {
        return AmqpClient.open(wire, login, hostName);
    }

    /** Connected without SASL, with this identity's token put. */
    public AmqpClient amqp(SasIdentity identity) throws Exception {
        AmqpClient client = amqp(AmqpClient.Login.NO_SASL);
        int status = Cbs.on(client).put(hostName + identity.path(), identity.token());
        if (status / 100 != 2) {
            throw new IOException("the token of " + identity + " was refused with " + status);
        }
        return client;
    }

    private static synchronized String plainDevice() throws Exception {
        var answer = Doors.open().service().call("GET", "/devices/" + PLAIN_DEVICE, null);
        if (answer.status() == 404) {
            Doors.open().service().device(PLAIN_DEVICE);
        }
        return PLAIN_DEVICE;
    }
}
