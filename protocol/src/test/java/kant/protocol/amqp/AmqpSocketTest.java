package kant.protocol.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
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
import org.apache.qpid.jms.JmsConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The head on a real socket under TLS, against a client that is neither ours nor Microsoft's: Qpid JMS. */
@Timeout(60)
class AmqpSocketTest {
    private static final Duration YEAR = Duration.ofDays(365);

    private final MemoryHub hub = new MemoryHub();
    private final CertificateAuthority ca =
            CertificateAuthority.create("root", YEAR, Time.system(), Randomness.secure());
    private EventLoops loops;
    private AmqpHead head;

    @BeforeEach
    void start() throws Exception {
        loops = EventLoops.start(2);
        Issued issued = ca.issueServer("hub", List.of("hub.kant.test"), List.of("127.0.0.1"), YEAR);
        head = AmqpHead.start(
                new InetSocketAddress("127.0.0.1", 0),
                loops,
                ServerTls.of(issued.chain(), issued.key()),
                AmqpService.of(new AmqpConfig(10), hub, null, Time.system(), Randomness.secure()));
    }

    @AfterEach
    void stop() {
        head.close();
        loops.close();
    }

    @Test
    void check_53_a_plain_login_sends_and_receives() throws Exception {
        try (Connection connection = connect("PLAIN", "dev1@sas.hub", token(Peer.DEVICE), null)) {
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createQueue("/devices/dev1/messages/events"));
            byte[] large = new byte[200_000];

            for (int i = 0; i < 50; i++) {
                BytesMessage message = session.createBytesMessage();
                message.writeBytes(i == 49 ? large : ("m" + i).getBytes(StandardCharsets.UTF_8));
                message.setStringProperty("k", "v" + i);
                producer.send(message); // waits until it is accepted
            }
            MessageConsumer consumer =
                    session.createConsumer(session.createQueue("/devices/dev1/messages/devicebound"));
            await("the subscription", () -> hub.last().subscribed.contains(Feature.CLOUD_TO_DEVICE));
            hub.last().link.deliver(delivery(7));

            assertThat(hub.last().sent).hasSize(50);
            assertThat(hub.last().sent.get(3).properties()).isEqualTo(Map.of("k", "v3"));
            assertThat(hub.last().sent.getLast().payload()).isEqualTo(large);
            assertThat(consumer.receive(10_000).getBody(byte[].class))
                    .asString()
                    .isEqualTo("d7");
            await("the settlement", () -> hub.last().settled.contains("7 ACCEPTED"));
            assertThat(head.connections()).isEqualTo(1);
        }
        await("the session's end", () -> hub.last().closed == 1);
        await("the connection's end", () -> head.connections() == 0);
    }

    @Test
    void a_certificate_authorises_links_with_external_and_with_anonymous() throws Exception {
        Issued device = CertificateAuthority.create("somebody's root", YEAR, Time.system(), Randomness.secure())
                .issueClient("dev1", YEAR);

        for (String mechanism : List.of("EXTERNAL", "ANONYMOUS")) {
            try (Connection connection = connect(mechanism, null, null, device)) {
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                session.createProducer(session.createQueue("/devices/dev1/messages/events"))
                        .send(session.createTextMessage("hello"));
            }
            assertThat(hub.last().credential)
                    .isInstanceOfSatisfying(
                            Credential.Certificate.class,
                            shown -> assertThat(shown.chain().getFirst())
                                    .isEqualTo(device.chain().getFirst()));
            assertThat(hub.last().sent.getFirst().payload()).asString().isEqualTo("hello");
        }
    }

    @Test
    void who_shows_nothing_or_something_wrong_gets_no_link() throws Exception {
        try (Connection connection = connect("ANONYMOUS", null, null, null)) {
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(() -> session.createProducer(session.createQueue("/devices/dev1/messages/events")))
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("put its token");
        }
        assertThatThrownBy(() -> connect("EXTERNAL", null, null, null)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> connect("PLAIN", "dev2@sas.hub", token(Peer.DEVICE), null))
                .isInstanceOf(JMSException.class);
        hub.onOpen = () -> MemoryHub.refuse(new Refusal.Unauthorized("disabled"));
        try (Connection connection = connect("PLAIN", "dev1@sas.hub", token(Peer.DEVICE), null)) {
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(() -> session.createProducer(session.createQueue("/devices/dev1/messages/events")))
                    .hasMessageContaining("disabled");
        }
    }

    private Connection connect(
            String mechanism, @Nullable String user, @Nullable String password, @Nullable Issued certificate)
            throws Exception {
        var factory = new JmsConnectionFactory("amqps://127.0.0.1:" + head.port() + "?amqp.saslMechanisms=" + mechanism
                + "&amqp.idleTimeout=60000&jms.connectTimeout=20000");
        factory.setSslContext(context(ca.chain().getFirst(), certificate));
        Connection connection = factory.createConnection(user, password);
        try {
            connection.start();
        } catch (JMSException refused) {
            connection.close();
            throw refused;
        }
        return connection;
    }

    private static String token(IdentityId identity) {
        return Peer.token(identity, Time.system().now().plusSeconds(600));
    }

    private static Delivery delivery(int id) {
        var message = new Message(Peer.DEVICE, Map.of(), Map.of("k", "v"), ("d" + id).getBytes(StandardCharsets.UTF_8));
        return new Delivery(id, Feature.CLOUD_TO_DEVICE, null, message, 0);
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

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for %s", what).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
