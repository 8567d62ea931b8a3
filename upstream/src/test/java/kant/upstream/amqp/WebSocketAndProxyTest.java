package kant.upstream.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpServer;
import kant.protocol.net.EventLoops;
import kant.upstream.Backoff;
import kant.upstream.HttpProxy;
import kant.upstream.LinkTiming;
import kant.upstream.LinkWorld;
import kant.upstream.ParentConfig;
import kant.upstream.RecordingListener;
import kant.upstream.RecordingListener.Down;
import kant.upstream.RecordingListener.Up;
import kant.upstream.TestTls;
import kant.upstream.TokenSource;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamProtocol;
import kant.upstream.dial.ConnectProxy;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** AMQP within WebSockets, with and without a proxy between, and the choice between that and the port of its own. */
@Timeout(60)
class WebSocketAndProxyTest {
    private static final long LIMIT_SECONDS = 20;
    private static final TestTls TLS = new TestTls();
    private static final TokenSource TOKENS = TokenSource.ofKey("a2V5IG9mIHRoZSB0ZXN0cw==", Time.system());
    private static final IdentityId DEVICE = IdentityId.device("d1");
    private static final LinkTiming TIMING = new LinkTiming(
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(100)),
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(100)),
            new Backoff(Duration.ofMinutes(5), Duration.ofMinutes(5)),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofMillis(300),
            0.85);

    private final EventLoops loops = EventLoops.start(2);
    private final Tasks tasks = Tasks.virtual("test");
    private final RecordingListener listener = new RecordingListener();
    private final List<AutoCloseable> parts = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable part : parts.reversed()) {
            part.close();
        }
        tasks.close();
        loops.close();
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.add(part);
        return part;
    }

    private ScriptedParent parent(boolean webSocket) throws Exception {
        return keep(new ScriptedParent(loops, TLS.server(), webSocket));
    }

    private UpstreamIdentity attach(UpstreamProtocol protocol, int amqpPort, int httpsPort, @Nullable HttpProxy proxy)
            throws Exception {
        var config = new AmqpLinkConfig(
                TIMING, 4, 8, 16, Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(5), "Kant/test");
        // a proxy resolves the name itself, so it is not told another address
        var address = new ParentConfig(
                TestTls.HOST, proxy == null ? "127.0.0.1" : null, 1, amqpPort, httpsPort, TLS.client(), proxy);
        AmqpLink link = keep(AmqpLink.start(
                address,
                LinkWorld.unlimited(loops, tasks, Time.system(), Randomness.secure()),
                DEVICE,
                protocol.transports(),
                config));
        return link.attach(DEVICE, TOKENS, listener);
    }

    private static void sends(UpstreamIdentity identity) throws Exception {
        byte[] payload = Randomness.secure().bytes(200_000);
        done(identity.send(new Message(DEVICE, Map.of(), Map.of("k", "v"), payload)));
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void messages_go_up_within_a_websocket() throws Exception {
        ScriptedParent parent = parent(true);

        UpstreamIdentity identity = attach(UpstreamProtocol.AMQP_WS, 1, parent.port(), null);

        listener.next(Up.class);
        sends(identity);
        assertThat(parent.received).hasSize(1);
    }

    @Test
    void where_its_own_port_cannot_be_reached_the_websocket_is_taken_and_kept_to() throws Exception {
        ScriptedParent parent = parent(true);
        attach(UpstreamProtocol.AMQP_OR_WS, 1, parent.port(), null);
        listener.next(Up.class);

        parent.reset();

        listener.next(Down.class);
        listener.next(Up.class);
        assertThat(parent.accepted).hasValue(2);
    }

    @Test
    void a_server_without_websockets_is_asked_and_is_no_parent() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var asked = new CompletableFuture<Void>();
        var server = keep(HttpServer.start(
                address,
                loops,
                TLS.server(),
                tasks,
                _ -> {
                    asked.complete(null);
                    return new HttpAnswer(404, Map.of(), new byte[0]);
                },
                1024));

        UpstreamIdentity identity = attach(UpstreamProtocol.AMQP_WS, 1, server.port(), null);

        done(asked);
        assertThat(identity.up()).isFalse();
    }

    @Test
    void the_websocket_goes_through_the_proxy_which_finds_the_parent_by_name() throws Exception {
        ScriptedParent parent = parent(true);
        var proxy = keep(new ConnectProxy(loops, null));

        UpstreamIdentity identity = attach(
                UpstreamProtocol.AMQP_WS, 1, parent.port(), HttpProxy.parse("http://127.0.0.1:" + proxy.port(), null));

        listener.next(Up.class);
        sends(identity);
        assertThat(proxy.tunnels).containsExactly(TestTls.HOST + ":" + parent.port());
    }

    @Test
    void a_proxy_is_shown_the_credentials_in_its_url() throws Exception {
        ScriptedParent parent = parent(true);
        String basic = "Basic " + Base64.getEncoder().encodeToString("ann:pass word".getBytes(StandardCharsets.UTF_8));
        var proxy = keep(new ConnectProxy(loops, basic));
        var settings = HttpProxy.parse("http://ann:pass%20word@127.0.0.1:" + proxy.port(), null);

        attach(UpstreamProtocol.AMQP_WS, 1, parent.port(), settings);

        listener.next(Up.class);
        assertThat(settings.toString()).doesNotContain("pass");
    }
}
