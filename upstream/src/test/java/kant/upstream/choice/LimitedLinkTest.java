package kant.upstream.choice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.protocol.amqp.AmqpConfig;
import kant.protocol.amqp.AmqpHead;
import kant.protocol.amqp.AmqpService;
import kant.protocol.http.HttpAnswer;
import kant.protocol.mqtt.MqttConfig;
import kant.protocol.mqtt.MqttHead;
import kant.protocol.mqtt.MqttService;
import kant.protocol.net.EventLoops;
import kant.protocol.web.WebHead;
import kant.protocol.web.WebHeadConfig;
import kant.upstream.FakeHub;
import kant.upstream.Link;
import kant.upstream.LinkWorld;
import kant.upstream.ParentConfig;
import kant.upstream.RecordingListener;
import kant.upstream.RecordingListener.Up;
import kant.upstream.TestTls;
import kant.upstream.TokenSource;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamProtocol;
import kant.upstream.budget.Budget;
import kant.upstream.budget.QuietHours;
import kant.upstream.budget.UpstreamLimits;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a limited link really puts on the wire, counted between it and our own heads, with every protocol. */
@Timeout(60)
class LimitedLinkTest {
    private static final long RATE = 50_000;
    private static final Duration MEASURED = Duration.ofSeconds(2);
    private static final Duration SETTLE = Duration.ofMillis(500);
    private static final int IN_FLIGHT = 20;

    private static final TestTls TLS = new TestTls();
    private static final TokenSource TOKENS = TokenSource.ofKey("a2V5IG9mIHRoZSB0ZXN0cw==", Time.system());
    private static final IdentityId HUB = IdentityId.module("edge", "$edgeHub");

    private final EventLoops loops = EventLoops.start(2);
    private final Tasks tasks = Tasks.virtual("test");
    private final FakeHub hub = new FakeHub();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private AmqpHead amqp;
    private MqttHead mqtt;
    private WebHead web;

    @BeforeEach
    void start() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var amqpService = AmqpService.of(new AmqpConfig(10), hub, null, Time.system(), Randomness.secure());
        var mqttService = MqttService.of(new MqttConfig(10), hub, Time.system());
        amqp = AmqpHead.start(address, loops, TLS.server(), amqpService);
        mqtt = MqttHead.start(address, loops, TLS.server(), mqttService);
        web = WebHead.start(
                new WebHeadConfig(address, 10, 1024),
                loops,
                TLS.server(),
                tasks,
                mqttService,
                amqpService,
                _ -> HttpAnswer.of(404));
    }

    @AfterEach
    void stop() {
        amqp.close();
        mqtt.close();
        web.close();
        tasks.close();
        loops.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"AMQP", "AMQP_WS", "MQTT", "MQTT_WS"})
    void as_many_bytes_go_up_as_the_limit_says_and_control_does_not_wait(UpstreamProtocol protocol) throws Exception {
        var budget = new Budget(tasks, Time.system());
        try (var relay = new CountingRelay(port(protocol));
                Link link = link(protocol, relay.port(), budget)) {
            var listener = new RecordingListener();
            UpstreamIdentity identity = link.attach(HUB, TOKENS, listener);
            listener.next(Up.class);
            report(identity); // the first time takes longer, for links are attached
            budget.limit(new UpstreamLimits(OptionalLong.of(RATE), QuietHours.NONE));

            for (int i = 0; i < IN_FLIGHT; i++) {
                sendOn(identity);
            }
            pause(SETTLE);
            long before = relay.up.sum();
            long began = System.nanoTime();
            pause(MEASURED);
            long asked = System.nanoTime();
            report(identity);
            long answered = System.nanoTime();
            double perSecond = (relay.up.sum() - before) / ((System.nanoTime() - began) / 1e9);

            assertThat(perSecond).as("bytes a second on the wire").isBetween(RATE * 0.95, RATE * 1.05);
            assertThat(Duration.ofNanos(answered - asked))
                    .as("an answer to control")
                    .isLessThan(Duration.ofSeconds(1));

            int soFar = acknowledged.get();
            budget.limit(UpstreamLimits.NONE);
            pause(SETTLE);
            assertThat(acknowledged.get() - soFar)
                    .as("messages in half a second without a limit")
                    .isGreaterThan((int) (RATE / 1000));
        }
    }

    private static void report(UpstreamIdentity identity) throws Exception {
        var patch = JsonNodeFactory.instance.objectNode().put("a", 1);
        identity.report(patch).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void sendOn(UpstreamIdentity identity) {
        var _ = identity.send(new Message(HUB, Map.of(), Map.of(), new byte[1000]))
                .thenRun(() -> {
                    acknowledged.incrementAndGet();
                    sendOn(identity);
                });
    }

    private Link link(UpstreamProtocol protocol, int port, Budget budget) throws Exception {
        var parent = new ParentConfig(TestTls.HOST, "127.0.0.1", port, port, port, TLS.client(), null);
        var config = LinkConfig.standard(protocol, "Kant/test");
        return Links.start(
                parent, new LinkWorld(loops, tasks, Time.system(), Randomness.secure(), budget), HUB, config);
    }

    private int port(UpstreamProtocol protocol) {
        return switch (protocol) {
            case AMQP_OR_WS, AMQP -> amqp.port();
            case MQTT -> mqtt.port();
            case AMQP_WS, MQTT_WS -> web.port();
        };
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
