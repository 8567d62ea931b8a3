package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import kant.model.auth.Credential;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.protocol.http.HttpAnswer;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.Issued;
import kant.protocol.tls.TestTls;
import kant.protocol.web.WebHead;
import kant.protocol.web.WebHeadConfig;
import kant.world.Tasks;
import kant.world.Time;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One service behind both doors, for Eclipse Paho, and with many who open a door and do not come in. */
@Timeout(120)
class MqttOverWebSocketTest {
    private static final String PATH = "/$iothub/websocket?iothub-no-client-cert=true";
    private static final int PLACES = 2;

    /** More than both doors have places for those who are not in yet. */
    private static final int HALF_OPEN = 1100;

    private final TestTls tls = new TestTls();
    private final MemoryHub hub = new MemoryHub();
    private final EventLoops loops = EventLoops.start(2);
    private final Tasks tasks = Tasks.virtual("test");
    private final MqttService service = MqttService.of(new MqttConfig(PLACES), hub, Time.system());
    private MqttHead head;
    private WebHead web;

    @BeforeEach
    void start() throws Exception {
        head = MqttHead.start(new InetSocketAddress("127.0.0.1", 0), loops, tls.server(), service);
        web = WebHead.start(
                new WebHeadConfig(new InetSocketAddress("127.0.0.1", 0), 1000, 1000),
                loops,
                tls.server(),
                tasks,
                service,
                null,
                call -> HttpAnswer.of(204));
    }

    @AfterEach
    void stop() {
        web.close();
        head.close();
        tasks.close();
        loops.close();
    }

    /** Check 21. */
    @Test
    void check_21_paho_sends_and_receives_over_a_websocket() throws Exception {
        MqttClient client = connect(webSocket(), Wire.MODULE, tls.client(), true);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        client.subscribe(
                "devices/edge1/modules/mod1/inputs/#",
                1,
                (topic, message) -> received.add(new String(message.getPayload(), StandardCharsets.UTF_8)));

        client.publish("devices/edge1/modules/mod1/messages/events/", bytes(new byte[200_000]));
        for (int i = 0; i < 50; i++) {
            var message = new Message(
                    IdentityId.module("edge1", "other"),
                    Map.of(),
                    Map.of(),
                    ("d" + i).getBytes(StandardCharsets.UTF_8));
            hub.last().link.deliver(new Delivery(i, Feature.INPUTS, "in1", message, 0));
        }

        for (int i = 0; i < 50; i++) {
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("d" + i);
        }
        assertThat(hub.last().sent.getFirst().payload()).hasSize(200_000);
        assertThat(hub.last().client.protocol()).isEqualTo("mqttWs");
        client.disconnect();
    }

    @Test
    void a_certificate_is_a_credential_over_a_websocket_too() throws Exception {
        Issued device = tls.device("dev1");

        MqttClient client = connect(webSocket(), Wire.DEVICE, tls.client(device), false);

        assertThat(hub.last().credential).isEqualTo(new Credential.Certificate(device.chain()));
        client.disconnect();
    }

    @Test
    void the_same_client_at_the_other_door_takes_its_own_place() throws Exception {
        MqttClient first = connect(webSocket(), Wire.DEVICE, tls.client(), true);
        MqttClient second = connect(direct(), Wire.DEVICE, tls.client(), true);
        MqttClient other = connect(direct(), Wire.MODULE, tls.client(), true);

        await(() -> !first.isConnected());
        assertThat(service.connections()).isEqualTo(PLACES);
        assertThat(hub.last().client.protocol()).isEqualTo("mqtt");
        assertThatThrownBy(() -> connect(webSocket(), IdentityId.device("more"), tls.client(), true))
                .isInstanceOfSatisfying(
                        MqttException.class,
                        e -> assertThat(e.getReasonCode()).isEqualTo(MqttException.REASON_CODE_BROKER_UNAVAILABLE));
        second.disconnect();
        other.disconnect();
    }

    @Test
    void a_thousand_half_open_handshakes_keep_no_honest_client_out() throws Exception {
        MqttClient before = connect(direct(), Wire.DEVICE, tls.client(), true);
        List<Socket> halfOpen = new ArrayList<>();
        try {
            for (int i = 0; i < HALF_OPEN; i++) {
                halfOpen.add(halfOpen(head.port()));
            }
            MqttClient honest = connect(direct(), Wire.MODULE, tls.client(), true);
            honest.publish("devices/edge1/modules/mod1/messages/events/", bytes(new byte[1]));
            honest.disconnect();
            before.publish("devices/dev1/messages/events/", bytes(new byte[1])); // its place was not taken
            before.disconnect();
        } finally {
            closeAll(halfOpen);
        }
    }

    @Test
    void nor_do_they_at_the_websockets_port() throws Exception {
        List<Socket> halfOpen = new ArrayList<>();
        try {
            for (int i = 0; i < HALF_OPEN; i++) {
                halfOpen.add(halfOpen(web.port()));
            }
            connect(webSocket(), Wire.MODULE, tls.client(), true).disconnect();
        } finally {
            closeAll(halfOpen);
        }
    }

    /** A client that begins a handshake and says no more. */
    private static Socket halfOpen(int port) throws Exception {
        var socket = new Socket("127.0.0.1", port);
        OutputStream out = socket.getOutputStream();
        out.write(new byte[] {22, 3, 1, 1, 0, 1, 0, 0, (byte) 0xfc, 3, 3});
        return socket;
    }

    private static void closeAll(List<Socket> sockets) throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private String direct() {
        return "ssl://127.0.0.1:" + head.port();
    }

    private String webSocket() {
        return "wss://127.0.0.1:" + web.port() + PATH;
    }

    private static MqttClient connect(String address, IdentityId identity, SSLContext context, boolean token)
            throws Exception {
        var client = new MqttClient(address, identity.text(), new MemoryPersistence());
        var options = new MqttConnectOptions();
        options.setSocketFactory(context.getSocketFactory());
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setConnectionTimeout(20);
        options.setMaxInflight(1000); // Paho wakes a publisher before it counts its message as done
        options.setUserName("hub.kant.test/" + identity.text() + "/?api-version=2020-09-30&DeviceClientType=paho");
        if (token) {
            options.setPassword(
                    Wire.token(identity, Time.system().now().plusSeconds(600)).toCharArray());
        }
        client.connect(options);
        return client;
    }

    private static MqttMessage bytes(byte[] payload) {
        var message = new MqttMessage(payload);
        message.setQos(1);
        return message;
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 20 s").isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }
}
