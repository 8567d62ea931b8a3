package kant.edgehub;

import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kant.model.auth.SasToken;
import kant.model.identity.IdentityId;
import kant.protocol.tls.CertificateAuthority;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A device SDK's part of MQTT, on Paho: connects as an identity, keeps what it gets. */
final class TestClient implements AutoCloseable {
    private static final long LIMIT_MILLIS = 15_000;

    /** One message that came. */
    record Got(String topic, String text, int id, int qos) {}

    final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
    final CompletableFuture<Throwable> lost = new CompletableFuture<>();
    private final MqttAsyncClient client;
    private final MqttConnectOptions options = new MqttConnectOptions();
    private final IdentityId id;

    TestClient(int port, CertificateAuthority authority, IdentityId id, String key) throws Exception {
        this.id = id;
        client = new MqttAsyncClient("ssl://localhost:" + port, id.text(), new MemoryPersistence());
        String resource =
                "hub.kant.test/devices/" + id.deviceId() + (id.moduleId() == null ? "" : "/modules/" + id.moduleId());
        options.setUserName("hub.kant.test/" + id.text() + "/?api-version=2020-09-30");
        options.setPassword(SasToken.sign(resource, key, Instant.now().plusSeconds(3600), "")
                .toCharArray());
        options.setSocketFactory(trusting(authority));
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(false);
        options.setMaxInflight(1000);
        client.setCallback(new Keep());
    }

    TestClient connect() throws MqttException {
        client.connect(options).waitForCompletion(LIMIT_MILLIS);
        return this;
    }

    /** Nothing is acknowledged but by {@link #acknowledge}. */
    TestClient acknowledgingByHand() {
        client.setManualAcks(true);
        return this;
    }

    void acknowledge(Got message) throws MqttException {
        client.messageArrivedComplete(message.id, message.qos);
    }

    void subscribe(String filter) throws MqttException {
        client.subscribe(filter, 1).waitForCompletion(LIMIT_MILLIS);
    }

    TestClient listening() throws MqttException {
        subscribe(topic() + "/inputs/#");
        return this;
    }

    /** Sends, and waits for the acknowledgement. */
    void send(String bag, String text) throws MqttException {
        sending(bag, text).waitForCompletion(LIMIT_MILLIS);
    }

    IMqttDeliveryToken sending(String bag, String text) throws MqttException {
        return publish(topic() + "/messages/events/" + bag, text);
    }

    IMqttDeliveryToken publish(String topic, String text) throws MqttException {
        return client.publish(topic, text.getBytes(StandardCharsets.UTF_8), 1, false);
    }

    /** The next message, or a failure. */
    Got next() throws InterruptedException {
        Got next = got.poll(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError(id + " got no message");
        }
        return next;
    }

    boolean connected() {
        return client.isConnected();
    }

    @Override
    public void close() throws MqttException {
        if (client.isConnected()) {
            client.disconnect(0).waitForCompletion(LIMIT_MILLIS);
        }
        client.close(true);
    }

    private String topic() {
        return "devices/" + id.deviceId() + (id.moduleId() == null ? "" : "/modules/" + id.moduleId());
    }

    private static SocketFactory trusting(CertificateAuthority authority) throws Exception {
        KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null, null);
        roots.setCertificateEntry("root", authority.chain().getLast());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    private final class Keep implements MqttCallback {
        @Override
        public void connectionLost(Throwable cause) {
            lost.complete(cause);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            got.add(new Got(
                    topic,
                    new String(message.getPayload(), StandardCharsets.UTF_8),
                    message.getId(),
                    message.getQos()));
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // senders wait for their own token
        }
    }
}
