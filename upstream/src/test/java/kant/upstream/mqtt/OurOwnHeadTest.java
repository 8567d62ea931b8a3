package kant.upstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.message.SystemProperties;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.protocol.http.HttpAnswer;
import kant.protocol.mqtt.MqttConfig;
import kant.protocol.mqtt.MqttHead;
import kant.protocol.mqtt.MqttService;
import kant.protocol.net.EventLoops;
import kant.protocol.web.WebHead;
import kant.protocol.web.WebHeadConfig;
import kant.upstream.FakeHub;
import kant.upstream.LinkWorld;
import kant.upstream.OddMessage;
import kant.upstream.ParentConfig;
import kant.upstream.RecordingListener;
import kant.upstream.RecordingListener.Delivered;
import kant.upstream.RecordingListener.Desired;
import kant.upstream.RecordingListener.Down;
import kant.upstream.RecordingListener.Invoked;
import kant.upstream.RecordingListener.Refused;
import kant.upstream.RecordingListener.Up;
import kant.upstream.TestTls;
import kant.upstream.TokenSource;
import kant.upstream.Transport;
import kant.upstream.UpstreamIdentity;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The link's MQTT against the heads of our own hubs, by either transport: what goes in at one end comes out at the other. */
@Timeout(60)
@ParameterizedClass
@EnumSource(Transport.class)
class OurOwnHeadTest {
    private static final long LIMIT_SECONDS = 20;
    private static final TestTls TLS = new TestTls();
    private static final TokenSource TOKENS = TokenSource.ofKey(Given.KEY, Time.system());
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EventLoops loops = EventLoops.start(2);
    private final Tasks tasks = Tasks.virtual("test");
    private final FakeHub hub = new FakeHub();
    private final RecordingListener listener = new RecordingListener();
    private MqttHead head;
    private WebHead web;
    private MqttLink link;

    @Parameter
    Transport transport;

    @BeforeEach
    void start() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var service = MqttService.of(new MqttConfig(100), hub, Time.system());
        head = MqttHead.start(address, loops, TLS.server(), service);
        web = WebHead.start(
                new WebHeadConfig(address, 100, 1024),
                loops,
                TLS.server(),
                tasks,
                service,
                null,
                _ -> HttpAnswer.of(404));
        var parent = new ParentConfig(TestTls.HOST, "127.0.0.1", head.port(), web.port(), TLS.client());
        link = MqttLink.start(
                parent,
                LinkWorld.unlimited(loops, tasks, Time.system(), Randomness.secure()),
                Given.MODULE,
                transport,
                Given.config(8, 64));
    }

    @AfterEach
    void stop() {
        link.close();
        head.close();
        web.close();
        tasks.close();
        loops.close();
    }

    private UpstreamIdentity attached(Feature... features) throws Exception {
        UpstreamIdentity identity = link.attach(Given.MODULE, TOKENS, listener);
        for (Feature feature : features) {
            done(identity.subscribe(feature));
        }
        listener.next(Up.class);
        for (int i = 0; i < features.length; i++) {
            hub.next("subscribe");
        }
        return identity;
    }

    @Test
    void the_head_reads_who_we_are() throws Exception {
        attached();

        FakeHub.Client client = hub.clients.get(Given.MODULE);
        assertThat(client.info().product()).isEqualTo("Kant/test (x; y)");
        assertThat(client.info().persistent()).isFalse();
        assertThat(client.credential())
                .isInstanceOfSatisfying(
                        Credential.Token.class,
                        token -> assertThat(token.token().signedBy(Given.KEY)).isTrue());
    }

    @Test
    void a_message_comes_out_as_it_went_in() throws Exception {
        Map<String, String> system = OddMessage.system();
        system.put(SystemProperties.USER_ID, "u/1");
        system.put(SystemProperties.EXPIRY, "2026-01-01T00:00:00.0000000Z");
        Map<String, String> properties = OddMessage.properties();
        properties.put("ends in a slash", "x/");
        byte[] payload = OddMessage.payload();
        UpstreamIdentity identity = attached();

        done(identity.send(new Message(Given.MODULE, system, properties, payload)));

        var message = (Message) hub.next("send");
        assertThat(message.sender()).isEqualTo(Given.MODULE);
        assertThat(message.systemProperties()).containsAllEntriesOf(system);
        assertThat(message.properties()).containsExactlyEntriesOf(properties);
        assertThat(message.payload()).isEqualTo(payload);
    }

    @Test
    void a_message_is_done_when_the_hub_has_it_and_not_before() throws Exception {
        hub.durable = new CompletableFuture<>();
        UpstreamIdentity identity = attached();

        var sent = identity.send(Given.message(Given.MODULE, "one"));
        hub.next("send");

        assertThat(sent.toCompletableFuture()).isNotDone();

        hub.durable.complete(null);

        done(sent);
    }

    @Test
    void the_largest_message_passes() throws Exception {
        UpstreamIdentity identity = attached();
        byte[] payload = new byte[Message.MAX_BYTES];

        done(identity.send(new Message(Given.MODULE, Map.of(), Map.of(), payload)));

        assertThat(((Message) hub.next("send")).payload()).hasSize(payload.length);
    }

    @Test
    void twins_go_up_and_down() throws Exception {
        UpstreamIdentity identity = attached(Feature.DESIRED);
        hub.twin = new TwinProperties(json("{\"rate\":5}"), 7, json("{\"seen\":[1,null]}"), 3);

        TwinProperties twin = done(identity.twin());
        var version = done(identity.report(json("{\"a\":{\"b\":null}}")));
        hub.link(Given.MODULE).desired(new TwinPatch(json("{\"rate\":null}"), 8));

        assertThat(twin).isEqualTo(hub.twin);
        assertThat(hub.next("report")).isEqualTo(json("{\"a\":{\"b\":null}}"));
        assertThat(version).hasValue(12);
        var patch = listener.next(Desired.class).patch();
        assertThat(patch.changes()).isEqualTo(json("{\"rate\":null}"));
        assertThat(patch.version()).isEqualTo(8);
    }

    @Test
    void methods_come_down_and_their_results_go_up() throws Exception {
        UpstreamIdentity identity = attached(Feature.METHODS);
        byte[] payload = "{\"in\":1}".getBytes(StandardCharsets.UTF_8);

        hub.link(Given.MODULE).invoke(new MethodCall("7f-a", "re-boot", payload, Duration.ofSeconds(30)));
        MethodCall call = listener.next(Invoked.class).call();
        identity.methodResult(call.requestId(), new MethodResult(207, payload));

        assertThat(call.name()).isEqualTo("re-boot");
        assertThat(call.payload()).isEqualTo(payload);
        var result = (MethodResult) hub.next("result 7f-a");
        assertThat(result.status()).isEqualTo(207);
        assertThat(result.payload()).isEqualTo(payload);
    }

    @Test
    void deliveries_are_settled_by_their_acknowledgement() throws Exception {
        UpstreamIdentity identity = attached(Feature.CLOUD_TO_DEVICE, Feature.INPUTS);
        var message = new Message(
                Given.MODULE,
                Map.of(SystemProperties.MESSAGE_ID, "1", SystemProperties.CONNECTION_DEVICE_ID, "leaf"),
                Map.of("k", "v &"),
                new byte[] {1});

        hub.link(Given.MODULE).deliver(new Delivery(41, Feature.CLOUD_TO_DEVICE, null, message, 0));
        hub.link(Given.MODULE).deliver(new Delivery(42, Feature.INPUTS, "in1", message, 0));
        Delivery first = listener.next(Delivered.class).delivery();
        Delivery second = listener.next(Delivered.class).delivery();
        identity.settle(second.id(), Settlement.REJECTED);
        assertThat(hub.next("settle 42")).isEqualTo(Settlement.ACCEPTED);
        identity.settle(first.id(), Settlement.ACCEPTED);
        assertThat(hub.next("settle 41")).isEqualTo(Settlement.ACCEPTED);

        assertThat(first.feature()).isEqualTo(Feature.CLOUD_TO_DEVICE);
        assertThat(first.message().properties()).containsExactly(Map.entry("k", "v &"));
        assertThat(second.input()).isEqualTo("in1");
        assertThat(second.message().sender().text()).isEqualTo("leaf");
    }

    @Test
    void a_disconnected_identity_comes_back_with_its_subscriptions() throws Exception {
        attached(Feature.METHODS, Feature.DESIRED);

        hub.link(Given.MODULE).disconnect("a test wants it");

        listener.next(Down.class);
        hub.next("close");
        listener.next(Up.class);
        assertThat(Set.of(hub.next("subscribe"), hub.next("subscribe")))
                .isEqualTo(Set.of(Feature.METHODS, Feature.DESIRED));
    }

    @Test
    void the_heads_refusals_are_told_apart() throws Exception {
        hub.refusal = new Refusal.Unauthorized("wrong key");
        UpstreamIdentity identity = link.attach(Given.MODULE, TOKENS, listener);

        assertThat(listener.next(Refused.class).refusal()).isInstanceOf(Refusal.Unauthorized.class);

        hub.refusal = null;
        identity.retry();
        listener.next(Up.class);
    }

    @Test
    void a_message_that_the_hub_cannot_take_fails_as_unavailable() throws Exception {
        hub.durable =
                CompletableFuture.failedFuture(new kant.model.error.RefusedException(new Refusal.StoreFull("no room")));
        UpstreamIdentity identity = attached();

        var sent = identity.send(Given.message(Given.MODULE, "one"));

        listener.next(Down.class);
        assertThat(sent.toCompletableFuture())
                .failsWithin(Duration.ofSeconds(LIMIT_SECONDS))
                .withThrowableThat()
                .withMessageContaining("the connection to the parent is gone");
        listener.next(Up.class);
    }

    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) JSON.readTree(text);
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
