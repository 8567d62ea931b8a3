package kant.upstream.choice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.protocol.amqp.AmqpConfig;
import kant.protocol.amqp.AmqpHead;
import kant.protocol.amqp.AmqpService;
import kant.protocol.mqtt.MqttConfig;
import kant.protocol.mqtt.MqttHead;
import kant.protocol.mqtt.MqttService;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.ServerTls;
import kant.upstream.FakeHub;
import kant.upstream.Link;
import kant.upstream.LinkWorld;
import kant.upstream.ParentConfig;
import kant.upstream.RecordingListener;
import kant.upstream.RecordingListener.Delivered;
import kant.upstream.RecordingListener.Desired;
import kant.upstream.RecordingListener.Down;
import kant.upstream.RecordingListener.Invoked;
import kant.upstream.RecordingListener.Up;
import kant.upstream.TestTls;
import kant.upstream.TokenSource;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamProtocol;
import kant.upstream.dial.Silence;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How long after the parent is back the first message arrives there, with the times that programs use, on real sockets; and
 * that everything else works again too. {@code bench/reconnect} makes it {@code kant.reconnect.rounds} rounds for a figure.
 */
@Timeout(3600)
class ReconnectTest {
    private static final int ROUNDS = Integer.getInteger("kant.reconnect.rounds", 2);
    private static final long LONGEST_AWAY_MILLIS = Long.getLong("kant.reconnect.away", 2500);
    private static final Duration MEDIAN = Duration.ofSeconds(2);
    private static final Duration NEARLY_ALL = Duration.ofSeconds(5);

    private static final TestTls TLS = new TestTls();
    private static final TokenSource TOKENS = TokenSource.ofKey("a2V5IG9mIHRoZSB0ZXN0cw==", Time.system());
    private static final IdentityId HUB = IdentityId.module("edge", "$edgeHub");
    private static final EnumSet<Feature> FEATURES =
            EnumSet.of(Feature.CLOUD_TO_DEVICE, Feature.METHODS, Feature.DESIRED);

    private final EventLoops loops = EventLoops.start(2);
    private final Tasks tasks = Tasks.virtual("test");
    private final Random random = new Random(4711);
    private FakeHub hub = new FakeHub();
    private AutoCloseable head;

    @AfterEach
    void stop() throws Exception {
        head.close();
        tasks.close();
        loops.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"AMQP", "MQTT"})
    void the_first_message_leaves_soon_after_the_parent_is_back_and_all_is_as_before(UpstreamProtocol protocol)
            throws Exception {
        ServerTls tls = TLS.server();
        int port = open(protocol, 0, tls);
        var parent = new ParentConfig(TestTls.HOST, "127.0.0.1", port, port, 1, TLS.client(), null);
        var listener = new RecordingListener();
        List<Long> took = new ArrayList<>();
        try (Link link = Links.start(
                parent,
                LinkWorld.unlimited(loops, tasks, Time.system(), Randomness.secure()),
                HUB,
                LinkConfig.standard(protocol, "Kant/test"))) {
            UpstreamIdentity identity = link.attach(HUB, TOKENS, listener);
            FEATURES.forEach(identity::subscribe);
            listener.next(Up.class);
            awaitSubscriptions();
            everythingWorks(identity, listener);
            for (int round = 0; round < ROUNDS; round++) {
                head.close();
                listener.next(Down.class);
                away(port, round % 2 == 0);

                long back = System.nanoTime();
                open(protocol, port, tls);
                listener.next(Up.class);
                CompletionStage<Void> sent = identity.send(message());
                awaitSubscriptions();
                hub.next("send");
                took.add(System.nanoTime() - back);

                done(sent);
                everythingWorks(identity, listener);
            }
        }
        report(protocol, took);
    }

    /** A parent that knows nothing of an earlier one; returns its port. */
    private int open(UpstreamProtocol protocol, int port, ServerTls tls) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        hub = new FakeHub();
        hub.twin = new TwinProperties(object(), 3, object(), 4);
        if (protocol == UpstreamProtocol.AMQP) {
            var service = AmqpService.of(new AmqpConfig(10), hub, null, Time.system(), Randomness.secure());
            var amqp = AmqpHead.start(address, loops, tls, service);
            head = amqp;
            return amqp.port();
        }
        var mqtt = MqttHead.start(address, loops, tls, MqttService.of(new MqttConfig(10), hub, Time.system()));
        head = mqtt;
        return mqtt.port();
    }

    /** For some time nobody listens there, or nobody answers at all. */
    private void away(int port, boolean silent) throws IOException {
        long millis = 500 + random.nextLong(LONGEST_AWAY_MILLIS);
        if (silent) {
            try (var _ = new Silence(port)) {
                LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
            }
        } else {
            LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
        }
    }

    private void awaitSubscriptions() throws InterruptedException {
        var missing = EnumSet.copyOf(FEATURES);
        while (!missing.isEmpty()) {
            assertThat(missing.remove(hub.next("subscribe"))).isTrue();
        }
    }

    private void everythingWorks(UpstreamIdentity identity, RecordingListener listener) throws Exception {
        assertThat(done(identity.twin()).desiredVersion()).isEqualTo(3);
        done(identity.report(object().put("on", true)));
        hub.next("report");
        hub.link(HUB).desired(new TwinPatch(object().put("rate", 1), 4));
        assertThat(listener.next(Desired.class).patch().version()).isEqualTo(4);
        String id = UUID.randomUUID().toString();
        hub.link(HUB).invoke(new MethodCall(id, "ping", new byte[] {'1'}, Duration.ofSeconds(20)));
        MethodCall call = listener.next(Invoked.class).call();
        identity.methodResult(call.requestId(), new MethodResult(200, new byte[] {'2'}));
        assertThat(((MethodResult) hub.next("result " + id)).status()).isEqualTo(200);
        hub.link(HUB).deliver(new Delivery(7, Feature.CLOUD_TO_DEVICE, null, message(), 0));
        identity.settle(listener.next(Delivered.class).delivery().id(), Settlement.ACCEPTED);
        hub.next("settle 7");
    }

    private static void report(UpstreamProtocol protocol, List<Long> took) {
        List<Long> sorted = took.stream().sorted().toList();
        long median = sorted.get(sorted.size() / 2);
        long nearlyAll = sorted.get(Math.min(sorted.size() - 1, sorted.size() * 99 / 100));
        System.out.printf(
                "%s: %d reconnects, from the parent's return to its first message: median %d ms, p99 %d ms, most %d ms%n",
                protocol,
                sorted.size(),
                TimeUnit.NANOSECONDS.toMillis(median),
                TimeUnit.NANOSECONDS.toMillis(nearlyAll),
                TimeUnit.NANOSECONDS.toMillis(sorted.getLast()));
        assertThat(Duration.ofNanos(median)).isLessThan(MEDIAN);
        assertThat(Duration.ofNanos(nearlyAll)).isLessThan(NEARLY_ALL);
    }

    private static Message message() {
        return new Message(HUB, Map.of(), Map.of(), new byte[100]);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
