package kant.protocol.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kant.protocol.amqp.wire.MessageProperties;
import kant.protocol.amqp.wire.Sections;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.http.HttpAnswer;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.Issued;
import kant.protocol.tls.ServerTls;
import kant.protocol.web.WebHead;
import kant.protocol.web.WebHeadConfig;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.engine.Connection;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.engine.sasl.client.SaslAuthenticator;
import org.apache.qpid.protonj2.engine.sasl.client.SaslCredentialsProvider;
import org.apache.qpid.protonj2.engine.sasl.client.SaslMechanismSelector;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** AMQP in WebSocket frames, cut where AMQP is not (device-protocols.md §8, check 75), against the JDK's WebSocket client. */
@Timeout(60)
class AmqpOverWebSocketTest {
    private static final Duration YEAR = Duration.ofDays(365);

    private final MemoryHub hub = new MemoryHub();
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

    @Test
    void check_75_frames_cut_anywhere_carry_the_same_connection() throws Exception {
        var ca = CertificateAuthority.create("root", YEAR, Time.system(), Randomness.secure());
        Issued issued = ca.issueServer("hub", List.of("localhost"), List.of("127.0.0.1"), YEAR);
        var service = AmqpService.of(new AmqpConfig(10), hub, null, Time.system(), Randomness.secure());
        var loops = EventLoops.start(1);
        try (var head = WebHead.start(
                        new WebHeadConfig(new InetSocketAddress("127.0.0.1", 0), 10, 1000),
                        loops,
                        ServerTls.of(issued.chain(), issued.key()),
                        Tasks.virtual("test"),
                        null,
                        service,
                        _ -> HttpAnswer.of(404));
                HttpClient http =
                        HttpClient.newBuilder().sslContext(trusting(ca)).build()) {
            WebSocket socket = http.newWebSocketBuilder()
                    .subprotocols("AMQPWSB10")
                    .buildAsync(
                            URI.create(
                                    "wss://127.0.0.1:" + head.port() + "/$iothub/websocket?iothub-no-client-cert=true"),
                            new Received())
                    .get(20, TimeUnit.SECONDS);
            Engine engine = engine(socket);

            OutgoingDelivery delivery = sendTelemetry(engine);

            assertThat(delivery.getRemoteState()).isInstanceOf(Accepted.class);
            assertThat(hub.last().client.protocol()).isEqualTo("amqpWs");
            assertThat(hub.last().sent.getFirst().payload()).hasSize(100_000);
            engine.connection().close();
            await(engine, () -> engine.connection().isRemotelyClosed());
            assertThat(hub.last().closed).isEqualTo(1);
        } finally {
            loops.close();
        }
    }

    private OutgoingDelivery sendTelemetry(Engine engine) throws InterruptedException {
        Connection connection = engine.start();
        connection.setContainerId("test").setMaxFrameSize(65536).open();
        Sender sender = connection.session().open().sender("telemetry");
        sender.setSource(new Source().setAddress("client"));
        sender.setTarget(new Target().setAddress("/devices/dev1/messages/events"));
        sender.open();
        await(engine, sender::isSendable);
        OutgoingDelivery delivery = sender.next().setTag(new byte[] {1});
        delivery.writeBytes(
                SectionsCodec.encode(Sections.of(MessageProperties.NONE, Map.of(), Map.of(), new byte[100_000])));
        await(engine, delivery::isRemotelySettled);
        return delivery;
    }

    /** Sends each AMQP frame as the pieces of one message: a byte, then what is left in fragments of a thousand. */
    private static Engine engine(WebSocket socket) {
        Engine engine = EngineFactory.PROTON.createEngine();
        engine.saslDriver()
                .client()
                .setListener(new SaslAuthenticator(
                        new SaslMechanismSelector(List.of("PLAIN")), new SaslCredentialsProvider() {
                            @Override
                            public String vhost() {
                                return "hub.kant.test";
                            }

                            @Override
                            public String username() {
                                return "dev1@sas.hub";
                            }

                            @Override
                            public String password() {
                                return Peer.token(
                                        Peer.DEVICE, Time.system().now().plusSeconds(600));
                            }

                            @Override
                            public java.security.Principal localPrincipal() {
                                return null;
                            }
                        }));
        engine.outputHandler((ProtonBuffer buffer) -> {
            for (int piece = 1; buffer.isReadable(); piece = 1000) {
                byte[] bytes = new byte[Math.min(piece, buffer.getReadableBytes())];
                buffer.readBytes(bytes, 0, bytes.length);
                socket.sendBinary(ByteBuffer.wrap(bytes), !buffer.isReadable()).join();
            }
        });
        engine.errorHandler(_ -> {});
        return engine;
    }

    private void await(Engine engine, BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            byte[] bytes = received.poll(20, TimeUnit.SECONDS);
            assertThat(bytes).as("an answer within 20 s").isNotNull();
            engine.ingest(ProtonBufferAllocator.defaultAllocator().copy(bytes));
        }
    }

    private final class Received implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            received.add(bytes);
            socket.request(1);
            return null;
        }
    }

    private static SSLContext trusting(CertificateAuthority ca) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", ca.chain().getFirst());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
