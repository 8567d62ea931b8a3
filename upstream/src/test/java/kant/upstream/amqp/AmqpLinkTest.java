package kant.upstream.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.protocol.net.EventLoops;
import kant.upstream.Access;
import kant.upstream.Backoff;
import kant.upstream.LinkState;
import kant.upstream.LinkTiming;
import kant.upstream.ParentConfig;
import kant.upstream.RecordingListener;
import kant.upstream.RecordingListener.Down;
import kant.upstream.RecordingListener.Refused;
import kant.upstream.RecordingListener.Up;
import kant.upstream.TestTls;
import kant.upstream.TokenSource;
import kant.upstream.Transport;
import kant.upstream.UpstreamIdentity;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The AMQP link over real sockets against a parent that misbehaves as it is told. */
@Timeout(60)
class AmqpLinkTest {
    private static final long LIMIT_SECONDS = 20;
    private static final TestTls TLS = new TestTls();
    private static final String KEY = "a2V5IG9mIHRoZSB0ZXN0cw==";
    private static final TokenSource TOKENS = TokenSource.ofKey(KEY, Time.system());
    private static final IdentityId HUB = IdentityId.module("edge", "$edgeHub");
    private static final IdentityId DEVICE = IdentityId.device("d1");
    private static final String EVENTS = "/devices/d1/messages/events";

    private static final LinkTiming TIMING = new LinkTiming(
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
    private ScriptedParent parent;
    private AmqpLink link;

    @BeforeEach
    void start() throws Exception {
        parent = new ScriptedParent(loops, TLS.server());
        link = link(config(TIMING, Duration.ofSeconds(60)));
    }

    @AfterEach
    void stop() {
        link.close();
        parent.close();
        tasks.close();
        loops.close();
    }

    private static AmqpLinkConfig config(LinkTiming timing, Duration idle) {
        return new AmqpLinkConfig(timing, 4, 8, 16, idle, Duration.ofSeconds(20), Duration.ofSeconds(5), "Kant/test");
    }

    private AmqpLink link(AmqpLinkConfig config) throws IOException {
        var address = new ParentConfig(TestTls.HOST, "127.0.0.1", 1, parent.port(), 1, TLS.client(), null);
        return AmqpLink.start(
                address, loops, tasks, Time.system(), Randomness.secure(), HUB, List.of(Transport.TCP), config);
    }

    private UpstreamIdentity attached() throws InterruptedException {
        UpstreamIdentity identity = link.attach(DEVICE, TOKENS, listener);
        listener.next(Up.class);
        return identity;
    }

    private static Message message(String text) {
        return new Message(DEVICE, Map.of(), Map.of("n", text), text.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static Refusal refusal(CompletionStage<?> stage) {
        var failure = catchThrowable(() -> stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS));
        assertThat(failure).hasCauseInstanceOf(RefusedException.class);
        return ((RefusedException) failure.getCause()).refusal();
    }

    @Test
    void an_identity_comes_up_by_its_token_and_sends_in_order() throws Exception {
        UpstreamIdentity identity = attached();
        List<CompletionStage<Void>> sends = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            sends.add(identity.send(message(Integer.toString(i))));
        }

        for (CompletionStage<Void> send : sends) {
            done(send);
        }

        assertThat(parent.tokens.remove().name()).isEqualTo(TestTls.HOST + "/devices/d1");
        for (int i = 0; i < 16; i++) {
            var received = parent.received.remove();
            assertThat(received.address()).isEqualTo(EVENTS);
            assertThat(received.message().property("n")).isEqualTo(Integer.toString(i));
        }
        assertThat(link.state()).isEqualTo(LinkState.UP);
    }

    @Test
    void a_large_message_goes_up_in_parts() throws Exception {
        byte[] payload = Randomness.secure().bytes(Message.MAX_BYTES);
        UpstreamIdentity identity = attached();

        done(identity.send(new Message(DEVICE, Map.of(), Map.of(), payload)));

        assertThat(parent.received.remove().message().data()).isEqualTo(payload);
    }

    @Test
    void a_reset_connection_is_made_again_and_what_was_not_answered_fails() throws Exception {
        UpstreamIdentity identity = attached();
        parent.disposition = _ -> null;
        var sent = identity.send(message("lost"));
        parent.received.poll(LIMIT_SECONDS, TimeUnit.SECONDS);

        parent.reset();

        listener.next(Down.class);
        assertThat(refusal(sent)).isInstanceOf(Refusal.Unavailable.class);
        parent.disposition = _ -> Accepted.getInstance();
        listener.next(Up.class);
        done(identity.send(message("again")));
    }

    @Test
    void a_parent_that_says_nothing_is_given_up_by_the_idle_timeout() throws Exception {
        link.close();
        link = link(config(TIMING, Duration.ofMillis(500)));
        attached();

        parent.mute();

        assertThat(listener.next(Down.class).reason()).contains("gave up");
        listener.next(Up.class);
    }

    @Test
    void a_refused_token_stops_this_identity_alone() throws Exception {
        parent.tokenStatus = put -> put.name().endsWith("/d1") ? 401 : 200;
        var other = new RecordingListener();
        UpstreamIdentity identity = link.attach(DEVICE, TOKENS, listener);
        link.attach(HUB, TOKENS, other);

        assertThat(listener.next(Refused.class).refusal()).isInstanceOf(Refusal.Unauthorized.class);
        other.next(Up.class);
        assertThat(identity.up()).isFalse();
        assertThat(parent.open).hasSize(1);

        parent.tokenStatus = _ -> 200;
        identity.retry();
        listener.next(Up.class);
        assertThat(other.nextNow()).isNull();
    }

    @Test
    void a_refused_link_stops_this_identity_alone() throws Exception {
        parent.refuse =
                address -> address.equals(EVENTS) ? new ErrorCondition("amqp:unauthorized-access", "scripted") : null;
        var other = new RecordingListener();
        UpstreamIdentity identity = link.attach(DEVICE, TOKENS, listener);
        link.attach(HUB, TOKENS, other);

        assertThat(listener.next(Refused.class).refusal()).isInstanceOf(Refusal.Unauthorized.class);
        other.next(Up.class);

        parent.refuse = _ -> null;
        identity.retry();
        listener.next(Up.class);
        assertThat(parent.accepted).hasValue(1);
    }

    @Test
    void a_link_that_the_parent_ends_is_attached_again() throws Exception {
        UpstreamIdentity identity = attached();
        Receiver ours = parent.link(Receiver.class, EVENTS);

        parent.run(() -> ours.setCondition(new ErrorCondition("amqp:link:detach-forced", "scripted"))
                .close());

        assertThat(listener.next(Down.class).reason()).contains("detach-forced");
        listener.next(Up.class);
        done(identity.send(message("again")));
        assertThat(parent.accepted).hasValue(1);
    }

    @Test
    void without_credit_messages_wait_up_to_the_window() throws Exception {
        parent.credit = 0;
        UpstreamIdentity identity = attached();
        List<CompletionStage<Void>> sends = new ArrayList<>();
        for (int i = 0; i < identity.window(); i++) {
            sends.add(identity.send(message(Integer.toString(i))));
        }

        assertThat(refusal(identity.send(message("too many")))).isInstanceOf(Refusal.LimitExceeded.class);
        assertThat(parent.received).isEmpty();

        Receiver ours = parent.link(Receiver.class, EVENTS);
        parent.run(() -> ours.addCredit(3));
        for (CompletionStage<Void> send : sends) {
            done(send);
        }
        for (int i = 0; i < identity.window(); i++) {
            assertThat(parent.received.remove().message().property("n")).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void the_parents_answers_to_a_message_are_told_apart() throws Exception {
        UpstreamIdentity identity = attached();

        parent.disposition = _ -> new Rejected(new ErrorCondition("amqp:link:message-size-exceeded", "scripted"));
        assertThat(refusal(identity.send(message("1")))).isInstanceOf(Refusal.TooLarge.class);
        parent.disposition = _ -> Released.getInstance();
        assertThat(refusal(identity.send(message("2")))).isInstanceOf(Refusal.Unavailable.class);
        parent.disposition = _ -> Accepted.getInstance();
        done(identity.send(message("3")));

        assertThat(listener.nextNow()).isNull();
    }

    @Test
    void a_parent_that_restarts_finds_everybody_again() throws Exception {
        List<RecordingListener> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            var each = new RecordingListener();
            all.add(each);
            link.attach(IdentityId.device("leaf" + i), TOKENS, each);
        }
        for (RecordingListener each : all) {
            each.next(Up.class);
        }

        parent.stop();
        for (RecordingListener each : all) {
            each.next(Down.class);
        }
        parent.start();

        for (RecordingListener each : all) {
            each.next(Up.class);
        }
        assertThat(parent.open).hasSize(1);
    }

    @Test
    void tokens_are_renewed_in_place_and_tried_again_when_that_fails() throws Exception {
        var answers = List.of(200, 500, 200).iterator();
        var remaining = List.of(Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofHours(1))
                .iterator();
        parent.tokenStatus = _ -> answers.next();
        link.attach(
                DEVICE,
                audience -> SasToken.sign(audience, KEY, Time.system().now().plus(remaining.next()), ""),
                listener);
        listener.next(Up.class);

        for (int i = 0; i < 3; i++) {
            assertThat(parent.tokens.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isNotNull();
        }

        assertThat(listener.nextNow()).isNull();
        assertThat(parent.accepted).hasValue(1);
    }

    @Test
    void a_token_that_cannot_be_renewed_any_more_ends_the_identity() throws Exception {
        TokenSource brief =
                audience -> SasToken.sign(audience, KEY, Time.system().now().plusSeconds(3), "");
        var first = new AtomicBoolean(true);
        parent.tokenStatus = _ -> first.getAndSet(false) ? 200 : 401;
        link.attach(DEVICE, brief, listener);
        listener.next(Up.class);

        listener.next(Down.class);

        assertThat(listener.next(Refused.class).refusal()).isInstanceOf(Refusal.Unauthorized.class);
    }

    @Test
    void on_behalf_of_others_the_hub_puts_its_own_token_once() throws Exception {
        List<RecordingListener> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            var each = new RecordingListener();
            all.add(each);
            var leaf = IdentityId.device("leaf" + i);
            link.attach(Access.onBehalf(List.of(leaf, IdentityId.device("edge")), TOKENS), each);
        }
        for (RecordingListener each : all) {
            each.next(Up.class);
        }

        assertThat(parent.tokens).hasSize(1);
        assertThat(parent.tokens.remove().name()).isEqualTo(TestTls.HOST + "/devices/edge/modules/$edgeHub");
        assertThat(parent.attached)
                .filteredOn(a -> a.address().equals("/devices/leaf3/messages/events"))
                .singleElement()
                .satisfies(a -> assertThat(a.properties())
                        .containsEntry(Symbol.valueOf("com.microsoft:auth-chain"), "leaf3;edge"));
    }

    @Test
    void a_thousand_identities_take_one_socket_and_attach_a_few_at_a_time() throws Exception {
        List<RecordingListener> all = new ArrayList<>();
        List<UpstreamIdentity> identities = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            var each = new RecordingListener();
            all.add(each);
            identities.add(link.attach(IdentityId.device("leaf" + i), TOKENS, each));
        }
        for (RecordingListener each : all) {
            each.next(Up.class);
        }
        List<CompletionStage<Void>> sends = new ArrayList<>();
        for (UpstreamIdentity identity : identities) {
            sends.add(identity.send(new Message(identity.id(), Map.of(), Map.of(), new byte[10])));
        }
        for (CompletionStage<Void> send : sends) {
            done(send);
        }

        assertThat(parent.accepted).hasValue(1);
        assertThat(parent.received).hasSize(1000);
    }

    @Test
    void closing_an_identity_waits_for_what_is_in_flight_and_leaves_the_others() throws Exception {
        UpstreamIdentity identity = attached();
        var other = new RecordingListener();
        link.attach(HUB, TOKENS, other);
        other.next(Up.class);
        var held = new CompletableFuture<Void>();
        parent.disposition = _ -> null;
        var sent = identity.send(message("last"));
        assertThat(parent.received.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isNotNull();

        identity.close();
        Receiver ours = parent.link(Receiver.class, EVENTS);
        parent.run(() -> {
            ours.unsettled().forEach(delivery -> delivery.disposition(Accepted.getInstance(), true));
            ours.getSession().closeHandler(session -> {
                session.close();
                held.complete(null);
            });
        });

        done(sent);
        done(held);
        assertThat(other.nextNow()).isNull();
        assertThat(parent.open).hasSize(1);
    }
}
