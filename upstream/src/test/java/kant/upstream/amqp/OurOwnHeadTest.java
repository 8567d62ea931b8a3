package kant.upstream.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import kant.model.auth.Credential;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.message.SystemProperties;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.protocol.amqp.AmqpConfig;
import kant.protocol.amqp.AmqpHead;
import kant.protocol.amqp.AmqpService;
import kant.protocol.http.HttpAnswer;
import kant.protocol.net.EventLoops;
import kant.protocol.web.WebHead;
import kant.protocol.web.WebHeadConfig;
import kant.upstream.Access;
import kant.upstream.Backoff;
import kant.upstream.FakeHub;
import kant.upstream.LinkTiming;
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

/** The link's AMQP against the heads of our own hubs, by either transport: what goes in at one end comes out at the other. */
@Timeout(60)
@ParameterizedClass
@EnumSource(Transport.class)
class OurOwnHeadTest {
    private static final long LIMIT_SECONDS = 20;
    private static final TestTls TLS = new TestTls();
    private static final String KEY = "a2V5IG9mIHRoZSB0ZXN0cw==";
    private static final TokenSource TOKENS = TokenSource.ofKey(KEY, Time.system());
    private static final IdentityId MODULE = IdentityId.module("d1", "m+1%2F#?$");
    private static final ObjectMapper JSON = new ObjectMapper();

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
    private final FakeHub hub = new FakeHub();
    private final RecordingListener listener = new RecordingListener();
    private AmqpService service;
    private AmqpHead head;
    private WebHead web;
    private AmqpLink link;

    @Parameter
    Transport transport;

    @BeforeEach
    void start() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        service = AmqpService.of(new AmqpConfig(2000), hub, null, Time.system(), Randomness.secure());
        head = AmqpHead.start(address, loops, TLS.server(), service);
        web = WebHead.start(
                new WebHeadConfig(address, 100, 1024),
                loops,
                TLS.server(),
                tasks,
                null,
                service,
                _ -> HttpAnswer.of(404));
        var parent = new ParentConfig(TestTls.HOST, "127.0.0.1", 1, head.port(), web.port(), TLS.client(), null);
        var config = new AmqpLinkConfig(
                TIMING,
                8,
                128,
                1024,
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                "Kant/test (x; y)");
        link = AmqpLink.start(
                parent,
                LinkWorld.unlimited(loops, tasks, Time.system(), Randomness.secure()),
                MODULE,
                List.of(transport),
                config);
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
        UpstreamIdentity identity = link.attach(MODULE, TOKENS, listener);
        for (Feature feature : features) {
            done(identity.subscribe(feature));
        }
        listener.next(Up.class);
        for (int i = 0; i < features.length; i++) {
            hub.next("subscribe");
        }
        return identity;
    }

    private static Message message(String text) {
        return new Message(MODULE, Map.of(), Map.of("n", text), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void the_head_reads_who_we_are() throws Exception {
        attached();

        FakeHub.Client client = hub.clients.get(MODULE);
        assertThat(client.info().product()).isEqualTo("Kant/test (x; y)");
        assertThat(client.info().authChain()).isEmpty();
        assertThat(client.info().protocol()).startsWith("amqp");
        assertThat(client.credential())
                .isInstanceOfSatisfying(
                        Credential.Token.class,
                        token -> assertThat(token.token().signedBy(KEY)).isTrue());
    }

    @Test
    void the_head_reads_for_whom_we_come() throws Exception {
        List<IdentityId> chain = List.of(IdentityId.device("leaf"), IdentityId.device("edge"));

        link.attach(Access.onBehalf(chain, TOKENS), listener);

        listener.next(Up.class);
        FakeHub.Client client = hub.clients.get(IdentityId.device("leaf"));
        assertThat(client.info().authChain()).isEqualTo(chain);
        assertThat(client.credential())
                .isInstanceOfSatisfying(
                        Credential.Token.class,
                        token -> assertThat(token.token().resource()).contains("%24edgeHub"));
    }

    @Test
    void a_message_comes_out_as_it_went_in() throws Exception {
        Map<String, String> system = OddMessage.system();
        system.put(SystemProperties.USER_ID, "u/1");
        Map<String, String> properties = OddMessage.properties();
        byte[] payload = OddMessage.payload();
        UpstreamIdentity identity = attached();

        done(identity.send(new Message(MODULE, system, properties, payload)));

        var message = (Message) hub.next("send");
        assertThat(message.sender()).isEqualTo(MODULE);
        assertThat(message.systemProperties()).containsAllEntriesOf(system);
        assertThat(message.properties()).containsExactlyEntriesOf(properties);
        assertThat(message.payload()).isEqualTo(payload);
    }

    @Test
    void many_messages_arrive_in_order_and_are_done_when_the_hub_has_them() throws Exception {
        hub.durable = new CompletableFuture<>();
        UpstreamIdentity identity = attached();
        List<CompletionStage<Void>> sends = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sends.add(identity.send(message(Integer.toString(i))));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(((Message) hub.next("send")).properties()).containsEntry("n", Integer.toString(i));
        }

        assertThat(sends).noneMatch(send -> send.toCompletableFuture().isDone());
        hub.durable.complete(null);

        for (CompletionStage<Void> send : sends) {
            done(send);
        }
    }

    @Test
    void the_largest_message_passes() throws Exception {
        UpstreamIdentity identity = attached();

        done(identity.send(new Message(MODULE, Map.of(), Map.of(), new byte[Message.MAX_BYTES])));

        assertThat(((Message) hub.next("send")).payload()).hasSize(Message.MAX_BYTES);
    }

    @Test
    void a_message_that_the_hub_cannot_take_is_refused_and_the_link_goes_on() throws Exception {
        hub.durable = CompletableFuture.failedFuture(new RefusedException(new Refusal.StoreFull("no room")));
        UpstreamIdentity identity = attached();

        var refused = identity.send(message("one")).toCompletableFuture();

        assertThat(refused)
                .failsWithin(Duration.ofSeconds(LIMIT_SECONDS))
                .withThrowableThat()
                .withMessageContaining("no room");
        hub.durable = CompletableFuture.completedFuture(null);
        done(identity.send(message("two")));
        assertThat(listener.nextNow()).isNull();
    }

    @Test
    void twins_go_up_and_down() throws Exception {
        UpstreamIdentity identity = attached(Feature.DESIRED);
        hub.twin = new TwinProperties(json("{\"rate\":5}"), 7, json("{\"seen\":[1,null]}"), 3);

        TwinProperties twin = done(identity.twin());
        var version = done(identity.report(json("{\"a\":{\"b\":null}}")));
        hub.link(MODULE).desired(new TwinPatch(json("{\"rate\":null}"), 8));

        assertThat(twin).isEqualTo(hub.twin);
        assertThat(hub.next("report")).isEqualTo(json("{\"a\":{\"b\":null}}"));
        assertThat(version).hasValue(12);
        var patch = listener.next(Desired.class).patch();
        assertThat(patch.changes()).isEqualTo(json("{\"rate\":null}"));
        assertThat(patch.version()).isEqualTo(8);
    }

    @Test
    void a_twin_is_read_without_any_subscription() throws Exception {
        UpstreamIdentity identity = attached();
        hub.twin = new TwinProperties(json("{}"), 1, json("{}"), 1);

        assertThat(done(identity.twin())).isEqualTo(hub.twin);
    }

    @Test
    void methods_come_down_and_their_results_go_up() throws Exception {
        UpstreamIdentity identity = attached(Feature.METHODS);
        byte[] payload = "{\"in\":1}".getBytes(StandardCharsets.UTF_8);
        String requestId = UUID.nameUUIDFromBytes(payload).toString();

        hub.link(MODULE).invoke(new MethodCall(requestId, "re-boot", payload, Duration.ofSeconds(30)));
        MethodCall call = listener.next(Invoked.class).call();
        identity.methodResult(call.requestId(), new MethodResult(207, payload));

        assertThat(call.name()).isEqualTo("re-boot");
        assertThat(call.payload()).isEqualTo(payload);
        var result = (MethodResult) hub.next("result " + requestId);
        assertThat(result.status()).isEqualTo(207);
        assertThat(result.payload()).isEqualTo(payload);
    }

    @Test
    void deliveries_are_settled_each_its_way() throws Exception {
        UpstreamIdentity identity = attached(Feature.CLOUD_TO_DEVICE, Feature.INPUTS);
        var message = new Message(
                MODULE,
                Map.of(SystemProperties.MESSAGE_ID, "1", SystemProperties.CONNECTION_DEVICE_ID, "leaf"),
                Map.of("k", "v &"),
                new byte[] {1});
        Settlement[] ways = {Settlement.REJECTED, Settlement.RELEASED, Settlement.ACCEPTED};

        for (int i = 0; i < ways.length; i++) {
            hub.link(MODULE).deliver(new Delivery(41 + i, Feature.CLOUD_TO_DEVICE, null, message, i));
            Delivery delivery = listener.next(Delivered.class).delivery();
            assertThat(delivery.deliveryCount()).isEqualTo(i);
            assertThat(delivery.message().properties()).containsExactly(Map.entry("k", "v &"));
            identity.settle(delivery.id(), ways[i]);
            assertThat(hub.next("settle " + (41 + i))).isEqualTo(ways[i]);
        }

        hub.link(MODULE).deliver(new Delivery(50, Feature.INPUTS, "in1", message, 0));
        Delivery input = listener.next(Delivered.class).delivery();
        identity.settle(input.id(), Settlement.ACCEPTED);
        assertThat(hub.next("settle 50")).isEqualTo(Settlement.ACCEPTED);
        assertThat(input.input()).isEqualTo("in1");
        assertThat(input.message().sender().text()).isEqualTo("leaf");
    }

    @Test
    void a_subscription_ends_and_begins_again_with_nothing_else_touched() throws Exception {
        UpstreamIdentity identity = attached(Feature.CLOUD_TO_DEVICE, Feature.METHODS, Feature.DESIRED);

        for (Feature feature : List.of(Feature.CLOUD_TO_DEVICE, Feature.METHODS, Feature.DESIRED)) {
            done(identity.unsubscribe(feature));
            assertThat(hub.next("unsubscribe")).isEqualTo(feature);
            done(identity.subscribe(feature));
            assertThat(hub.next("subscribe")).isEqualTo(feature);
        }

        assertThat(listener.nextNow()).isNull();
    }

    @Test
    void a_disconnected_identity_comes_back_with_its_subscriptions_on_the_same_connection() throws Exception {
        attached(Feature.METHODS, Feature.DESIRED);

        hub.link(MODULE).disconnect("a test wants it");

        listener.next(Down.class);
        hub.next("close");
        listener.next(Up.class);
        assertThat(Set.of(hub.next("subscribe"), hub.next("subscribe")))
                .isEqualTo(Set.of(Feature.METHODS, Feature.DESIRED));
        assertThat(service.connections()).isEqualTo(1);
    }

    @Test
    void the_hubs_refusal_is_told_and_asked_again_when_hurried() throws Exception {
        hub.refusal = new Refusal.Unauthorized("wrong key");
        UpstreamIdentity identity = link.attach(MODULE, TOKENS, listener);

        assertThat(listener.next(Refused.class).refusal()).isInstanceOf(Refusal.Unauthorized.class);

        hub.refusal = null;
        identity.retry();
        listener.next(Up.class);
        assertThat(service.connections()).isEqualTo(1);
    }

    @Test
    void a_token_is_renewed_on_the_open_connection() throws Exception {
        TokenSource brief =
                audience -> SasToken.sign(audience, KEY, Time.system().now().plusSeconds(3), "");

        link.attach(MODULE, brief, listener);

        listener.next(Up.class);
        assertThat(hub.next("renew")).isInstanceOf(Credential.Token.class);
        assertThat(listener.nextNow()).isNull();
    }

    @Test
    void a_closed_identity_leaves_the_hub_and_the_others_stay() throws Exception {
        UpstreamIdentity identity = attached();
        var other = new RecordingListener();
        link.attach(IdentityId.device("d2"), TOKENS, other);
        other.next(Up.class);

        identity.close();

        assertThat(hub.next("close")).isEqualTo(MODULE);
        listener.next(Down.class);
        assertThat(other.nextNow()).isNull();
        assertThat(service.connections()).isEqualTo(1);
    }

    @Test
    void an_identity_that_is_attached_again_replaces_the_older_and_stays() throws Exception {
        attached();
        var newer = new RecordingListener();

        UpstreamIdentity replaced = link.attach(MODULE, TOKENS, newer);

        listener.next(Down.class);
        newer.next(Up.class);
        hub.next("close");
        done(replaced.send(message("still here")));
        assertThat(newer.nextNow()).isNull();
    }

    @Test
    void a_thousand_identities_share_one_socket() throws Exception {
        List<RecordingListener> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            var each = new RecordingListener();
            all.add(each);
            link.attach(
                    Access.onBehalf(List.of(IdentityId.device("leaf" + i), IdentityId.device("edge")), TOKENS), each);
        }

        for (RecordingListener each : all) {
            each.next(Up.class);
        }

        assertThat(hub.clients).hasSize(1000);
        assertThat(service.connections()).isEqualTo(1);
    }

    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) JSON.readTree(text);
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
