package kant.upstream.mqtt;

import static io.netty.handler.codec.mqtt.MqttMessageType.CONNECT;
import static io.netty.handler.codec.mqtt.MqttMessageType.DISCONNECT;
import static io.netty.handler.codec.mqtt.MqttMessageType.PUBACK;
import static io.netty.handler.codec.mqtt.MqttMessageType.PUBLISH;
import static io.netty.handler.codec.mqtt.MqttMessageType.SUBSCRIBE;
import static io.netty.handler.codec.mqtt.MqttMessageType.UNSUBSCRIBE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
import kant.protocol.mqtt.ClientTopic;
import kant.protocol.mqtt.Topics;
import kant.protocol.net.EventLoops;
import kant.upstream.Backoff;
import kant.upstream.LinkState;
import kant.upstream.LinkTiming;
import kant.upstream.LinkWorld;
import kant.upstream.ParentConfig;
import kant.upstream.RecordingListener;
import kant.upstream.RecordingListener.Delivered;
import kant.upstream.RecordingListener.Down;
import kant.upstream.RecordingListener.Refused;
import kant.upstream.RecordingListener.Up;
import kant.upstream.TestTls;
import kant.upstream.TokenSource;
import kant.upstream.Transport;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamListener;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole link against a small parent on real sockets, over TLS. */
@Timeout(60)
class MqttLinkTest {
    private static final long LIMIT_SECONDS = 20;
    private static final TestTls TLS = new TestTls();
    private static final TokenSource TOKENS = TokenSource.ofKey(Given.KEY, Time.system());

    private final EventLoops loops = EventLoops.start(2);
    private final Tasks tasks = Tasks.virtual("test");
    private final BlockingQueue<LinkState> shown = new LinkedBlockingQueue<>();
    private FakeParent parent;
    private MqttLink link;

    @BeforeEach
    void start() throws Exception {
        parent = new FakeParent(loops, TLS.server());
        link = link(Given.config(8, 16));
    }

    @AfterEach
    void stop() {
        link.close();
        parent.close();
        tasks.close();
        loops.close();
    }

    private MqttLink link(MqttLinkConfig config) throws IOException {
        var address = new ParentConfig(TestTls.HOST, "127.0.0.1", parent.port(), 443, TLS.client());
        return MqttLink.start(
                address,
                LinkWorld.unlimited(loops, tasks, Time.system(), Randomness.secure()),
                Given.DEVICE,
                Transport.TCP,
                config);
    }

    // ---- connecting

    @Test
    void an_identity_connects_with_a_token_for_itself_and_the_names_of_the_contract() throws Exception {
        var listener = new RecordingListener();

        UpstreamIdentity identity = link.attach(Given.MODULE, TOKENS, listener);

        var connect = parent.next(CONNECT);
        assertThat(connect.client()).isEqualTo("d1/m1");
        assertThat(connect.text())
                .isEqualTo("hub.kant.test/d1/m1/?api-version=2021-04-12&DeviceClientType=Kant%2Ftest%20%28x%3B%20y%29");
        var token = SasToken.parse(connect.payload());
        assertThat(token.decodedResource()).isEqualTo("hub.kant.test/devices/d1/modules/m1");
        assertThat(token.signedBy(Given.KEY)).isTrue();
        listener.next(Up.class);
        assertThat(identity.up()).isTrue();
    }

    @Test
    void subscriptions_are_restored_before_up_after_every_reconnect() throws Exception {
        var listener = new RecordingListener();
        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, listener);
        done(identity.subscribe(Feature.METHODS));
        listener.next(Up.class);
        done(identity.subscribe(Feature.DESIRED));
        done(identity.subscribe(Feature.CLOUD_TO_DEVICE));
        done(identity.unsubscribe(Feature.METHODS));
        skipTo(UNSUBSCRIBE);

        parent.cutAll();

        listener.next(Down.class);
        parent.next(CONNECT);
        assertThat(parent.next(SUBSCRIBE).text().split(" "))
                .containsExactlyInAnyOrder(
                        "$iothub/twin/res/#",
                        "$iothub/twin/PATCH/properties/desired/#",
                        "devices/d1/messages/devicebound/#");
        listener.next(Up.class);
    }

    @Test
    void a_parent_that_was_away_is_found_again() throws Exception {
        var listener = new RecordingListener();
        link.attach(Given.DEVICE, TOKENS, listener);
        listener.next(Up.class);

        parent.vanish();
        listener.next(Down.class);
        parent.comeBack();

        listener.next(Up.class);
    }

    @Test
    void others_do_not_wait_for_their_time_when_the_primary_is_back() throws Exception {
        var slow = new Backoff(Duration.ofMinutes(5), Duration.ofMinutes(5));
        LinkTiming timing = timing(slow, Duration.ofSeconds(20));
        try (var patient = link(new MqttLinkConfig(timing, MqttLinkConfig.MqttTiming.standard(), 4, 8, 16, "test"))) {
            var primary = new RecordingListener();
            var other = new RecordingListener();
            UpstreamIdentity first = patient.attach(Given.DEVICE, TOKENS, primary);
            patient.attach(Given.MODULE, TOKENS, other);
            primary.next(Up.class);
            other.next(Up.class);
            parent.cutAll();
            primary.next(Down.class);
            other.next(Down.class);

            first.retry();

            primary.next(Up.class);
            other.next(Up.class);
        }
    }

    @Test
    void a_token_source_that_blocks_keeps_nobody_else_waiting() throws Exception {
        var release = new CompletableFuture<Void>();
        var blocked = new RecordingListener();
        for (int i = 0; i < 3; i++) {
            link.attach(
                    IdentityId.device("blocked" + i),
                    audience -> {
                        release.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
                        return TOKENS.token(audience);
                    },
                    blocked);
        }

        up(Given.DEVICE);

        assertThat(blocked.nextNow()).isNull();
        release.complete(null);
        blocked.next(Up.class);
    }

    @Test
    void a_refused_identity_is_told_and_left_alone_until_its_owner_asks_again() throws Exception {
        parent.answer = MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;
        var listener = new RecordingListener();
        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, listener);

        var refusal = listener.next(Refused.class).refusal();
        assertThat(refusal).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(refusal.reason()).contains("\"d1\"").doesNotContain("SharedAccessSignature");
        assertThat(identity.up()).isFalse();

        parent.answer = MqttConnectReturnCode.CONNECTION_ACCEPTED;
        identity.retry();

        listener.next(Up.class);
    }

    @Test
    void a_token_source_that_fails_is_asked_again() throws Exception {
        var calls = new AtomicInteger();
        var listener = new RecordingListener();

        link.attach(
                Given.DEVICE,
                audience -> {
                    if (calls.incrementAndGet() < 3) {
                        throw new IOException("the workload API is not there yet");
                    }
                    return TOKENS.token(audience);
                },
                listener);

        listener.next(Up.class);
        assertThat(calls).hasValue(3);
    }

    @Test
    void a_token_source_with_a_bug_does_not_stop_the_link() throws Exception {
        var calls = new AtomicInteger();
        var listener = new RecordingListener();

        link.attach(
                Given.DEVICE,
                audience -> calls.incrementAndGet() < 2 ? "no token at all" : TOKENS.token(audience),
                listener);

        listener.next(Up.class);
    }

    @Test
    void a_parent_whose_certificate_names_another_host_is_never_spoken_to() throws Exception {
        try (var impostor = new FakeParent(loops, TLS.server("other.kant.test"))) {
            var address = new ParentConfig(TestTls.HOST, "127.0.0.1", impostor.port(), 443, TLS.client());
            var calls = new LinkedBlockingQueue<String>();
            try (var wary = MqttLink.start(
                    address,
                    LinkWorld.unlimited(loops, tasks, Time.system(), Randomness.secure()),
                    Given.DEVICE,
                    Transport.TCP,
                    Given.config(8, 16))) {
                wary.attach(
                        Given.DEVICE,
                        audience -> {
                            calls.add(audience);
                            return TOKENS.token(audience);
                        },
                        new RecordingListener());

                // the second call proves that the first attempt has failed
                for (int i = 0; i < 2; i++) {
                    assertThat(calls.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isNotNull();
                }
                assertThat(impostor.nextNow()).isNull();
            }
        }
    }

    @Test
    void at_most_so_many_identities_connect_at_a_time_and_all_get_there() throws Exception {
        List<RecordingListener> listeners = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            var listener = new RecordingListener();
            listeners.add(listener);
            link.attach(IdentityId.device("device" + i), TOKENS, listener);
        }

        for (RecordingListener listener : listeners) {
            listener.next(Up.class);
        }

        assertThat(parent.mostConnecting).hasValueLessThanOrEqualTo(4);
    }

    @Test
    void the_newer_of_two_attachments_stays() throws Exception {
        var older = new RecordingListener();
        var newer = new RecordingListener();
        link.attach(Given.DEVICE, TOKENS, older);
        older.next(Up.class);

        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, newer);

        older.next(Down.class);
        newer.next(Up.class);
        done(identity.send(Given.message(Given.DEVICE, "still there")));
        assertThat(older.nextNow()).isNull();
    }

    // ---- messages

    @Test
    void properties_with_odd_characters_arrive_as_they_were_given() throws Exception {
        Map<String, String> system = new LinkedHashMap<>();
        system.put(SystemProperties.MESSAGE_ID, "a b/c?d=e&f");
        system.put(SystemProperties.CORRELATION_ID, "ü€😀");
        system.put(SystemProperties.CONTENT_TYPE, "application/json");
        system.put(SystemProperties.CONTENT_ENCODING, "utf-8");
        system.put(SystemProperties.OUTPUT_NAME, "out put+#");
        system.put(SystemProperties.CREATION_TIME, "2026-01-01T00:00:00.0000000Z");
        system.put(SystemProperties.COMPONENT, "thermo stat");
        system.put(SystemProperties.EDGE_MESSAGE_ID, "0f9c-1");
        system.put(SystemProperties.CONNECTION_DEVICE_ID, "d1");
        system.put(SystemProperties.CONNECTION_MODULE_ID, "m1");
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("plain", "value");
        properties.put("a key/with=all&of it%", "100 %\t\r\n\0+?#/$");
        properties.put("empty", "");
        properties.put("schlüssel😀", "wert ☃");
        byte[] payload = {0, 1, -1, '"', '\n'};
        UpstreamIdentity identity = up(Given.MODULE);

        done(identity.send(new Message(Given.MODULE, system, properties, payload)));

        var topic = (ClientTopic.Telemetry) Topics.fromClient(skipTo(PUBLISH).text(), Given.MODULE);
        system.remove(SystemProperties.CONNECTION_DEVICE_ID);
        system.remove(SystemProperties.CONNECTION_MODULE_ID);
        assertThat(topic.bag().system()).isEqualTo(system);
        assertThat(topic.bag().properties()).containsExactlyEntriesOf(properties);
    }

    @Test
    void messages_arrive_once_and_in_order_when_nothing_fails() throws Exception {
        UpstreamIdentity identity = up(Given.DEVICE);
        List<CompletionStage<Void>> sent = new ArrayList<>();

        for (int i = 0; i < 16; i++) {
            sent.add(identity.send(Given.message(Given.DEVICE, "message " + i)));
        }

        for (CompletionStage<Void> one : sent) {
            done(one);
        }
        for (int i = 0; i < 16; i++) {
            assertThat(skipTo(PUBLISH).payload()).isEqualTo("message " + i);
        }
    }

    @Test
    void what_is_in_flight_when_the_connection_is_cut_fails_after_down_and_can_be_sent_again_after_up()
            throws Exception {
        parent.acknowledges = false;
        var listener = new RecordingListener();
        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, listener);
        listener.next(Up.class);
        var sent = identity.send(Given.message(Given.DEVICE, "one"));
        skipTo(PUBLISH);

        parent.cutAll();

        assertThat(refusal(sent)).isInstanceOf(Refusal.Unavailable.class);
        assertThat(listener.nextNow()).isInstanceOf(Down.class);

        parent.acknowledges = true;
        listener.next(Up.class);
        done(identity.send(Given.message(Given.DEVICE, "one")));
        assertThat(skipTo(PUBLISH).payload()).isEqualTo("one");
    }

    @Test
    void while_down_everything_that_needs_the_parent_is_unavailable_at_once() throws Exception {
        parent.vanish();
        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, new RecordingListener());

        assertThat(refusal(identity.send(Given.message(Given.DEVICE, "no")))).isInstanceOf(Refusal.Unavailable.class);
        assertThat(refusal(identity.twin())).isInstanceOf(Refusal.Unavailable.class);
        assertThat(refusal(identity.report(JsonNodeFactory.instance.objectNode())))
                .isInstanceOf(Refusal.Unavailable.class);
        done(identity.subscribe(Feature.METHODS));
        identity.settle(1, Settlement.ACCEPTED);
        identity.methodResult("1", new MethodResult(200, new byte[0]));
    }

    @Test
    void a_message_of_somebody_else_or_too_large_is_refused_before_it_is_sent() throws Exception {
        UpstreamIdentity identity = up(Given.DEVICE);

        var foreign = identity.send(Given.message(Given.MODULE, "not mine"));
        var large = identity.send(new Message(Given.DEVICE, Map.of(), Map.of(), new byte[Message.MAX_BYTES + 1]));
        var wordy = identity.send(new Message(Given.DEVICE, Map.of(), Map.of("k", "ü".repeat(30_000)), new byte[0]));

        assertThat(refusal(foreign)).isInstanceOf(Refusal.Invalid.class);
        assertThat(refusal(large)).isInstanceOf(Refusal.TooLarge.class);
        assertThat(refusal(wordy)).isInstanceOf(Refusal.TooLarge.class);
    }

    @Test
    void the_largest_message_passes() throws Exception {
        UpstreamIdentity identity = up(Given.DEVICE);

        done(identity.send(new Message(Given.DEVICE, Map.of(), Map.of(), new byte[Message.MAX_BYTES])));
    }

    @Test
    void a_delivery_that_was_not_settled_before_a_cut_comes_again_and_its_old_id_means_nothing() throws Exception {
        var listener = new RecordingListener();
        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, listener);
        done(identity.subscribe(Feature.CLOUD_TO_DEVICE));
        listener.next(Up.class);
        String topic = "devices/d1/messages/devicebound/%24.mid=1";
        parent.publish("d1", MqttQoS.AT_LEAST_ONCE, 7, topic, "hi");
        var first = listener.next(Delivered.class).delivery();

        parent.cutAll();
        listener.next(Down.class);
        listener.next(Up.class);
        parent.publish("d1", MqttQoS.AT_LEAST_ONCE, 7, topic, "hi");
        var second = listener.next(Delivered.class).delivery();
        identity.settle(first.id(), Settlement.ACCEPTED);
        identity.settle(second.id(), Settlement.ACCEPTED);
        done(identity.send(Given.message(Given.DEVICE, "after")));

        assertThat(second.id()).isNotEqualTo(first.id());
        skipTo(PUBACK);
        assertThat(parent.next(PUBLISH).payload()).isEqualTo("after");
    }

    @Test
    void a_delivery_is_acknowledged_while_subscriptions_are_still_being_restored() throws Exception {
        var listener = new RecordingListener();
        parent.answersSubscribe = false;
        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, listener);
        parent.next(CONNECT);
        parent.next(SUBSCRIBE);
        parent.publish("d1", MqttQoS.AT_LEAST_ONCE, 7, "devices/d1/messages/devicebound/%24.mid=1", "hi");

        identity.settle(listener.next(Delivered.class).delivery().id(), Settlement.ACCEPTED);

        parent.next(PUBACK);
        assertThat(identity.up()).isFalse();
    }

    // ---- the link's state, renewal and the end

    @Test
    void the_links_state_is_that_of_the_primary_and_a_blip_is_not_shown() throws Exception {
        var listener = new RecordingListener();
        link.onChange(shown::add);
        assertThat(nextShown()).isEqualTo(LinkState.DOWN);
        link.attach(Given.DEVICE, TOKENS, listener);
        assertThat(nextShown()).isEqualTo(LinkState.CONNECTING);
        assertThat(nextShown()).isEqualTo(LinkState.UP);
        listener.next(Up.class);

        parent.cutAll();
        listener.next(Down.class);
        listener.next(Up.class);

        assertThat(shown).isEmpty();
        assertThat(link.state()).isEqualTo(LinkState.UP);

        parent.vanish();

        assertThat(nextShown()).isIn(LinkState.DOWN, LinkState.CONNECTING);
        parent.comeBack();
        while (nextShown() != LinkState.UP) {
            assertThat(link.state()).isNotEqualTo(LinkState.DRAINING);
        }
    }

    @Test
    void a_loss_that_lasts_is_shown_also_when_nothing_else_happens() throws Exception {
        var slow = new Backoff(Duration.ofMinutes(5), Duration.ofMinutes(5));
        LinkTiming timing = timing(slow, Duration.ofSeconds(20));
        try (var patient = link(new MqttLinkConfig(timing, MqttLinkConfig.MqttTiming.standard(), 4, 8, 16, "test"))) {
            var listener = new RecordingListener();
            patient.attach(Given.DEVICE, TOKENS, listener);
            listener.next(Up.class);
            patient.onChange(shown::add);
            while (nextShown() != LinkState.UP) {
                assertThat(patient.state()).isNotEqualTo(LinkState.DRAINING);
            }

            parent.cutAll();

            assertThat(nextShown()).isEqualTo(LinkState.DOWN);
        }
    }

    @Test
    void a_connection_is_renewed_before_its_token_expires_and_waits_for_what_is_in_flight() throws Exception {
        var listener = new RecordingListener();
        parent.acknowledges = false;
        // se has whole seconds: 3 s left are 2 to 3, and 85% of that are used
        UpstreamIdentity identity = link.attach(
                Given.DEVICE,
                audience ->
                        SasToken.sign(audience, Given.KEY, Time.system().now().plusSeconds(3), ""),
                listener);
        listener.next(Up.class);
        var sent = identity.send(Given.message(Given.DEVICE, "in flight"));
        skipTo(PUBLISH);

        assertThat(listener.next(Down.class).reason()).isEqualTo("the token is renewed");
        assertThat(sent.toCompletableFuture()).isNotDone();
        assertThat(refusal(identity.send(Given.message(Given.DEVICE, "too late"))))
                .isInstanceOf(Refusal.Unavailable.class);
        parent.publish("d1", MqttQoS.AT_MOST_ONCE, 1, "$iothub/methods/POST/late/?$rid=1", "");
        listener.next(RecordingListener.Invoked.class);
    }

    @Test
    void a_renewal_with_nothing_in_flight_takes_no_time_and_logs_in_with_a_fresh_token() throws Exception {
        var listener = new RecordingListener();
        var lives = new AtomicInteger(3);
        link.attach(
                Given.DEVICE,
                audience ->
                        SasToken.sign(audience, Given.KEY, Time.system().now().plusSeconds(lives.getAndSet(3600)), ""),
                listener);
        listener.next(Up.class);
        String before = parent.next(CONNECT).payload();
        parent.next(SUBSCRIBE);

        listener.next(Down.class);
        parent.next(DISCONNECT);
        String after = parent.next(CONNECT).payload();
        listener.next(Up.class);

        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void closing_waits_for_what_is_in_flight_and_says_goodbye() throws Exception {
        var listener = new RecordingListener();
        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, listener);
        listener.next(Up.class);
        var sent = identity.send(Given.message(Given.DEVICE, "last words"));

        link.close();

        done(sent);
        skipTo(PUBLISH);
        parent.next(DISCONNECT);
        listener.next(Down.class);
        assertThat(refusal(identity.send(Given.message(Given.DEVICE, "from beyond"))))
                .isInstanceOf(Refusal.Unavailable.class);
        assertThatThrownBy(() -> link.attach(Given.DEVICE, TOKENS, listener)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closing_does_not_wait_for_a_parent_that_never_answers() throws Exception {
        parent.answersConnect = false;
        link.attach(Given.DEVICE, TOKENS, new RecordingListener());
        parent.next(CONNECT);
        long before = System.nanoTime();

        link.close();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void an_identity_closed_while_its_token_is_made_does_not_connect_afterwards() throws Exception {
        var asked = new CompletableFuture<Void>();
        var release = new CompletableFuture<Void>();
        UpstreamIdentity closing = link.attach(
                Given.MODULE,
                audience -> {
                    asked.complete(null);
                    release.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
                    return TOKENS.token(audience);
                },
                new RecordingListener());
        done(asked);

        closing.close();
        release.complete(null);
        up(Given.DEVICE);

        for (var did = parent.nextNow(); did != null; did = parent.nextNow()) {
            assertThat(did.client()).isEqualTo("d1");
        }
    }

    @Test
    void an_attempt_that_never_ends_is_given_up_and_made_again() throws Exception {
        parent.answersConnect = false;
        var listener = new RecordingListener();
        LinkTiming timing = timing(Given.TIMING.lost(), Duration.ofMillis(500));
        try (var impatient = link(new MqttLinkConfig(timing, MqttLinkConfig.MqttTiming.standard(), 1, 8, 16, "test"))) {
            impatient.attach(Given.DEVICE, TOKENS, listener);

            parent.next(CONNECT);
            parent.next(CONNECT);
            parent.answersConnect = true;

            listener.next(Up.class);
        }
    }

    @Test
    void a_listener_that_throws_does_not_hurt_the_connection() throws Exception {
        var up = new CompletableFuture<Void>();
        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, new UpstreamListener() {
            @Override
            public void up() {
                up.complete(null);
                throw new IllegalStateException("a bug, thrown on purpose by a test");
            }

            @Override
            public void down(String reason) {}

            @Override
            public void refused(Refusal refusal) {}

            @Override
            public void desired(TwinPatch patch) {}

            @Override
            public void invoke(MethodCall call) {}

            @Override
            public void deliver(Delivery delivery) {}
        });

        done(up);
        done(identity.send(Given.message(Given.DEVICE, "fine")));
    }

    // ---- steps

    private static LinkTiming timing(Backoff lost, Duration attempt) {
        LinkTiming given = Given.TIMING;
        return new LinkTiming(
                lost,
                lost,
                given.refused(),
                attempt,
                given.healthy(),
                given.drain(),
                given.debounce(),
                given.tokenShare());
    }

    private UpstreamIdentity up(IdentityId id) throws InterruptedException {
        var listener = new RecordingListener();
        UpstreamIdentity identity = link.attach(id, TOKENS, listener);
        listener.next(Up.class);
        return identity;
    }

    private LinkState nextShown() throws InterruptedException {
        LinkState next = shown.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("the next state shown").isNotNull();
        return next;
    }

    /** The next packet of a kind, past those that others of these tests are about. */
    private FakeParent.Did skipTo(MqttMessageType what) throws InterruptedException {
        FakeParent.Did next = parent.nextAny();
        while (next.what() != what) {
            next = parent.nextAny();
        }
        return next;
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static Refusal refusal(CompletionStage<?> stage) throws Exception {
        try {
            Object value = done(stage);
            throw new AssertionError("not refused but done: " + value);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(RefusedException.class);
            return ((RefusedException) e.getCause()).refusal();
        }
    }
}
