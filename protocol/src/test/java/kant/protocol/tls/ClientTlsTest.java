package kant.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import kant.protocol.net.EventLoops;
import kant.protocol.net.Listener;
import kant.world.Randomness;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both sides of TLS on a real socket. */
@Timeout(60)
class ClientTlsTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final CertificateAuthority ca =
            CertificateAuthority.create("root", DAY, Time.system(), Randomness.secure());
    private final BlockingQueue<List<X509Certificate>> shown = new LinkedBlockingQueue<>();
    private EventLoops loops;
    private Listener listener;

    @BeforeEach
    void start() throws Exception {
        loops = EventLoops.start(1);
        Issued issued = ca.issueCa("device ca", DAY)
                .issueServer("hub", List.of("hub.kant.test", "*.hub.kant.test"), List.of("127.0.0.1"), DAY);
        ServerTls tls = ServerTls.of(issued.chain(), issued.key());
        listener = Listener.bind(
                loops,
                new InetSocketAddress("127.0.0.1", 0),
                10,
                channel -> channel.pipeline()
                        .addLast(tls.newHandler(channel.alloc()))
                        .addLast(new Witness()));
    }

    @AfterEach
    void stop() {
        listener.close();
        loops.close();
    }

    /** Tells what each client showed. */
    private final class Witness extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                shown.add(ClientCertificates.of(context.channel()));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close(); // the clients of these tests refuse certificates on purpose
        }
    }

    @Test
    void a_server_whose_chain_ends_in_a_trusted_root_is_accepted_by_each_of_its_names() throws Exception {
        ClientTls client = ClientTls.trusting(ca.chain());

        assertThat(handshake(client, "hub.kant.test")).isEqualTo("TLSv1.3");
        assertThat(handshake(client, "edge.hub.kant.test")).isEqualTo("TLSv1.3");
        assertThat(handshake(client, "127.0.0.1")).isEqualTo("TLSv1.3");
        assertThat(shown.poll(20, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void another_name_is_refused() throws Exception {
        ClientTls client = ClientTls.trusting(ca.chain());

        assertThatThrownBy(() -> handshake(client, "other.test")).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> handshake(client, "127.0.0.2")).isInstanceOf(SSLException.class);
    }

    @Test
    void another_root_and_the_systems_roots_are_refused() throws Exception {
        ClientTls other =
                ClientTls.trusting(CertificateAuthority.create("root", DAY, Time.system(), Randomness.secure())
                        .chain());

        assertThatThrownBy(() -> handshake(other, "hub.kant.test")).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> handshake(ClientTls.trusting(List.of()), "hub.kant.test"))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void a_clients_certificate_is_let_through_whoever_issued_it() throws Exception {
        Issued own = CertificateAuthority.create("somebody", DAY, Time.system(), Randomness.secure())
                .issueClient("dev1", DAY);

        handshake(ClientTls.trusting(ca.chain(), own.chain(), own.key()), "hub.kant.test");

        assertThat(shown.poll(20, TimeUnit.SECONDS)).startsWith(own.chain().getFirst());
    }

    /** Connects and says which protocol was agreed on, or throws why there was no agreement. */
    private String handshake(ClientTls tls, String host) throws Exception {
        SslHandler handler = tls.newHandler(ByteBufAllocator.DEFAULT, host, listener.port());
        Channel channel = new Bootstrap()
                .group(loops.group())
                .channel(loops.clientChannel())
                .handler(handler)
                .connect("127.0.0.1", listener.port())
                .sync()
                .channel();
        try {
            assertThat(handler.handshakeFuture().await(20, TimeUnit.SECONDS)).isTrue();
            if (handler.handshakeFuture().cause() instanceof SSLException refused) {
                throw refused;
            }
            return handler.engine().getSession().getProtocol();
        } finally {
            channel.close().await(20, TimeUnit.SECONDS);
        }
    }
}
