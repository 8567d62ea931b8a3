package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import kant.model.auth.Credential;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.Issued;
import kant.protocol.tls.ServerTls;
import kant.world.Randomness;
import kant.world.Time;
import org.eclipse.paho.client.mqttv3.IMqttMessageListener;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The head on a real socket under TLS, against a client that is not ours: Eclipse Paho, which the Java SDK is built on. */
@Timeout(60)
class MqttSocketTest {
    private static final Duration YEAR = Duration.ofDays(365);
    private static final int PLACES = 3;

    private final MemoryHub hub = new MemoryHub();
    private final CertificateAuthority ca =
            CertificateAuthority.create("root", YEAR, Time.system(), Randomness.secure());
    private EventLoops loops;
    private ServerTls tls;
    private MqttService service;
    private MqttHead head;

    @BeforeEach
    void start() throws Exception {
        loops = EventLoops.start(2);
        Issued issued = ca.issueServer("hub", List.of("hub.kant.test"), List.of("127.0.0.1"), YEAR);
        tls = ServerTls.of(issued.chain(), issued.key());
        service = MqttService.of(new MqttConfig(PLACES), hub, Time.system());
        head = MqttHead.start(new InetSocketAddress("127.0.0.1", 0), loops, tls, service);
    }

    @AfterEach
    void stop() {
        head.close();
        loops.close();
    }

    @Test
    void a_client_sends_is_acknowledged_and_gets_its_inputs() throws Exception {
        MqttClient client = connect(Wire.MODULE);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        client.subscribe("devices/edge1/modules/mod1/inputs/#", 1, into(received));

        for (int i = 0; i < 50; i++) {
            client.publish(
                    "devices/edge1/modules/mod1/messages/events/%24.on=out", message("m" + i)); // waits for the PUBACK
        }
        for (int i = 0; i < 50; i++) {
            hub.last().link.deliver(delivery(i));
        }

        assertThat(hub.last().sent).hasSize(50);
        for (int i = 0; i < 50; i++) {
            assertThat(received.poll(10, TimeUnit.SECONDS))
                    .startsWith("devices/edge1/modules/mod1/inputs/in1/%24.")
                    .endsWith(" d" + i);
        }
        await("all deliveries are settled", () -> hub.last().settled.size() == 50);
        client.disconnect();
    }

    @Test
    void a_certificate_that_is_replaced_serves_the_next_connection_and_leaves_the_others() throws Exception {
        MqttClient before = connect(Wire.DEVICE);
        CertificateAuthority other = CertificateAuthority.create("new root", YEAR, Time.system(), Randomness.secure());
        Issued fresh = other.issueServer("hub", List.of(), List.of("127.0.0.1"), YEAR);

        tls.replace(fresh.chain(), fresh.key());

        assertThat(shown(other.chain().getFirst())).isEqualTo(fresh.chain().getFirst());
        before.publish("devices/dev1/messages/events/", message("still here"));
        assertThatThrownBy(() -> connect(Wire.MODULE)).isInstanceOf(MqttException.class);
        before.disconnect();
    }

    @Test
    void a_certificate_without_a_password_is_the_credential() throws Exception {
        Issued device = CertificateAuthority.create("somebody's root", YEAR, Time.system(), Randomness.secure())
                .issueClient("dev1", YEAR);

        SSLContext context = context(ca.chain().getFirst(), device);

        MqttClient client = connect(Wire.DEVICE, context, false);

        assertThat(hub.last().credential)
                .isInstanceOfSatisfying(
                        Credential.Certificate.class,
                        c -> assertThat(c.chain().getFirst())
                                .isEqualTo(device.chain().getFirst()));
        client.disconnect();
        MqttClient again = connect(Wire.DEVICE, context, false); // perhaps on a resumed TLS session
        assertThat(hub.last().credential).isInstanceOf(Credential.Certificate.class);
        again.disconnect();
    }

    @Test
    void one_client_too_many_is_told_so_and_the_others_go_on() throws Exception {
        List<MqttClient> clients = IntStream.range(0, PLACES)
                .mapToObj(i -> unchecked(() -> connect(IdentityId.device("d" + i))))
                .toList();

        assertThatThrownBy(() -> connect(IdentityId.device("more")))
                .isInstanceOfSatisfying(
                        MqttException.class,
                        e -> assertThat(e.getReasonCode()).isEqualTo(MqttException.REASON_CODE_BROKER_UNAVAILABLE));

        assertThat(service.connections()).isEqualTo(PLACES);
        for (int i = 0; i < PLACES; i++) {
            clients.get(i).publish("devices/d" + i + "/messages/events/", message("x"));
            clients.get(i).disconnect();
        }
        await("all places are free again", () -> service.connections() == 0);
    }

    @Test
    void a_newer_connection_of_the_same_identity_closes_the_older() throws Exception {
        MqttClient older = connect(Wire.DEVICE);

        MqttClient newer = connect(Wire.DEVICE);

        await("the older client is disconnected", () -> !older.isConnected());
        newer.publish("devices/dev1/messages/events/", message("x"));
        newer.disconnect();
    }

    @Test
    void bytes_that_are_no_tls_cost_only_their_connection() throws Exception {
        MqttClient good = connect(Wire.DEVICE);

        try (var socket = new java.net.Socket("127.0.0.1", head.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream()); // until it is closed
        }

        good.publish("devices/dev1/messages/events/", message("x"));
        good.disconnect();
    }

    @Test
    void a_client_that_never_reads_costs_a_bounded_amount_and_then_its_connection() throws Exception {
        var limits = MqttLimits.DEFAULT;
        var impatient = new MqttLimits(
                limits.connectArrival(),
                limits.opening(),
                limits.keepAlive(),
                limits.settlement(),
                Duration.ofSeconds(1),
                limits.window());
        hub.restored.add(Feature.INPUTS);
        MqttClient good = connect(Wire.DEVICE);
        try (var strict = MqttHead.start(
                        new InetSocketAddress("127.0.0.1", 0),
                        loops,
                        tls,
                        MqttService.of(new MqttConfig(PLACES, Duration.ZERO, impatient), hub, Time.system()));
                var socket = context(ca.chain().getFirst(), null)
                        .getSocketFactory()
                        .createSocket("127.0.0.1", strict.port())) {
            Wire encoder = Wire.to(new MemoryHub());
            encoder.time.advance(
                    Duration.between(encoder.time.now(), Time.system().now()));
            socket.getOutputStream()
                    .write(encoder.encode(Wire.connect(Wire.MODULE, encoder.time, c -> c.cleanSession(false))));
            await("the client is in", () -> hub.sessions.size() == 2);
            MemoryHub.MemorySession session = hub.last();

            var bulk = new Message(Wire.DEVICE, Map.of(), Map.of(), new byte[250_000]);
            for (int i = 0; i < session.link.window(); i++) {
                session.link.deliver(new Delivery(i, Feature.INPUTS, "in1", bulk, 0));
            }

            await("the client is given up", () -> session.closed == 1);
            assertThat(session.settled).isEmpty();
            good.publish("devices/dev1/messages/events/", message("others go on"));
        }
        good.disconnect();
    }

    @Test
    void a_busy_port_is_one_sentence_with_the_address() {
        var taken = new InetSocketAddress("127.0.0.1", head.port());

        assertThatThrownBy(() -> MqttHead.start(taken, loops, tls, service))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + head.port());
    }

    @Test
    void a_closed_head_leaves_neither_clients_nor_sessions() throws Exception {
        MqttClient client = connect(Wire.DEVICE);

        head.close();

        await("the client is disconnected", () -> !client.isConnected());
        await("the session is closed", () -> hub.last().closed == 1);
    }

    // ---- clients

    private MqttClient connect(IdentityId identity) throws Exception {
        return connect(identity, context(ca.chain().getFirst(), null), true);
    }

    private MqttClient connect(IdentityId identity, SSLContext context, boolean token) throws Exception {
        var client = new MqttClient("ssl://127.0.0.1:" + head.port(), identity.text(), new MemoryPersistence());
        var options = new MqttConnectOptions();
        options.setSocketFactory(context.getSocketFactory());
        options.setHttpsHostnameVerificationEnabled(true);
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(false);
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

    private static SSLContext context(X509Certificate root, @Nullable Issued certificate) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", root);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(certificate == null ? null : keys(certificate), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyManager[] keys(Issued certificate) throws Exception {
        var own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry(
                "own", certificate.key(), new char[0], certificate.chain().toArray(X509Certificate[]::new));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(own, new char[0]);
        return factory.getKeyManagers();
    }

    /** The certificate that the head shows now. */
    private X509Certificate shown(X509Certificate root) throws Exception {
        try (var socket = (SSLSocket) context(root, null).getSocketFactory().createSocket("127.0.0.1", head.port())) {
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static IMqttMessageListener into(BlockingQueue<String> queue) {
        return (topic, message) -> queue.add(topic + " " + new String(message.getPayload(), StandardCharsets.UTF_8));
    }

    private static MqttMessage message(String text) {
        var message = new MqttMessage(text.getBytes(StandardCharsets.UTF_8));
        message.setQos(1);
        return message;
    }

    private static Delivery delivery(int i) {
        var message = new Message(
                IdentityId.module("edge1", "other"), Map.of(), Map.of(), ("d" + i).getBytes(StandardCharsets.UTF_8));
        return new Delivery(i, Feature.INPUTS, "in1", message, 0);
    }

    private interface Attempt<T> {
        T run() throws Exception;
    }

    private static <T> T unchecked(Attempt<T> attempt) {
        try {
            return attempt.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited 20 s until " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }
}
