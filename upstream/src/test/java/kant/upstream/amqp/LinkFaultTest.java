package kant.upstream.amqp;

import static kant.upstream.amqp.Rig.DEVICE;
import static kant.upstream.amqp.Rig.EVENTS;
import static kant.upstream.amqp.Rig.HUB;
import static kant.upstream.amqp.Rig.KEY;
import static kant.upstream.amqp.Rig.LIMIT_SECONDS;
import static kant.upstream.amqp.Rig.TOKENS;
import static kant.upstream.amqp.Rig.done;
import static kant.upstream.amqp.Rig.message;
import static kant.upstream.amqp.Rig.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Settlement;
import kant.protocol.amqp.wire.MessageProperties;
import kant.protocol.amqp.wire.Sections;
import kant.upstream.RecordingListener;
import kant.upstream.RecordingListener.Delivered;
import kant.upstream.RecordingListener.Down;
import kant.upstream.RecordingListener.Refused;
import kant.upstream.RecordingListener.Up;
import kant.upstream.TokenSource;
import kant.upstream.UpstreamIdentity;
import kant.world.Time;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the AMQP link makes of a parent, a network or a token that fails. */
@Timeout(60)
class LinkFaultTest {
    private Rig rig;

    @BeforeEach
    void start() throws Exception {
        rig = new Rig();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void a_reset_connection_is_made_again_and_what_was_not_answered_fails() throws Exception {
        UpstreamIdentity identity = rig.attached();
        rig.parent.disposition = _ -> null;
        var sent = identity.send(message("lost"));
        rig.parent.received.poll(LIMIT_SECONDS, TimeUnit.SECONDS);

        rig.parent.reset();

        rig.listener.next(Down.class);
        assertThat(refusal(sent)).isInstanceOf(Refusal.Unavailable.class);
        rig.parent.disposition = _ -> Accepted.getInstance();
        rig.listener.next(Up.class);
        done(identity.send(message("again")));
    }

    @Test
    void a_parent_that_says_nothing_is_given_up_by_the_idle_timeout() throws Exception {
        try (var impatient = new Rig(Duration.ofMillis(500), Duration.ofSeconds(20))) {
            impatient.attached();

            impatient.parent.mute();

            assertThat(impatient.listener.next(Down.class).reason()).contains("gave up");
            impatient.listener.next(Up.class);
        }
    }

    @Test
    void a_parent_with_little_patience_hears_from_an_idle_link_in_time() throws Exception {
        rig.parent.patienceMillis = 400;
        rig.attached();

        LockSupport.parkNanos(Duration.ofMillis(1600).toNanos());

        assertThat(rig.listener.nextNow()).isNull();
        assertThat(rig.parent.accepted).hasValue(1);
    }

    @Test
    void a_parent_that_hears_nothing_and_says_only_that_it_is_there_is_given_up() throws Exception {
        try (var impatient = new Rig(Duration.ofSeconds(2), Duration.ofMillis(500))) {
            UpstreamIdentity identity = impatient.attached();
            impatient.parent.deafen();

            var sent = identity.send(message("unheard"));

            impatient.listener.next(Down.class);
            assertThat(refusal(sent)).isInstanceOf(Refusal.Unavailable.class);
            impatient.listener.next(Up.class);
            done(identity.send(message("heard")));
            assertThat(impatient.parent.accepted).hasValue(2);
        }
    }

    @Test
    void a_refused_token_stops_this_identity_alone() throws Exception {
        rig.parent.tokenStatus = put -> put.name().endsWith("/d1") ? 401 : 200;
        var other = new RecordingListener();
        UpstreamIdentity identity = rig.link.attach(DEVICE, TOKENS, rig.listener);
        rig.link.attach(HUB, TOKENS, other);

        assertThat(rig.listener.next(Refused.class).refusal()).isInstanceOf(Refusal.Unauthorized.class);
        other.next(Up.class);
        assertThat(identity.up()).isFalse();
        assertThat(rig.parent.open).hasSize(1);

        rig.parent.tokenStatus = _ -> 200;
        identity.retry();
        rig.listener.next(Up.class);
        assertThat(other.nextNow()).isNull();
    }

    @Test
    void a_refused_link_stops_this_identity_alone() throws Exception {
        rig.parent.refuse =
                address -> address.equals(EVENTS) ? new ErrorCondition("amqp:unauthorized-access", "scripted") : null;
        var other = new RecordingListener();
        UpstreamIdentity identity = rig.link.attach(DEVICE, TOKENS, rig.listener);
        rig.link.attach(HUB, TOKENS, other);

        assertThat(rig.listener.next(Refused.class).refusal()).isInstanceOf(Refusal.Unauthorized.class);
        other.next(Up.class);

        rig.parent.refuse = _ -> null;
        identity.retry();
        rig.listener.next(Up.class);
        assertThat(rig.parent.accepted).hasValue(1);
    }

    @Test
    void a_link_that_the_parent_ends_is_attached_again() throws Exception {
        UpstreamIdentity identity = rig.attached();
        Receiver ours = rig.parent.link(Receiver.class, EVENTS);

        rig.parent.run(() -> ours.setCondition(new ErrorCondition("amqp:link:detach-forced", "scripted"))
                .close());

        assertThat(rig.listener.next(Down.class).reason()).contains("detach-forced");
        rig.listener.next(Up.class);
        done(identity.send(message("again")));
        assertThat(rig.parent.accepted).hasValue(1);
    }

    @Test
    void without_credit_messages_wait_up_to_the_window() throws Exception {
        rig.parent.credit = 0;
        UpstreamIdentity identity = rig.attached();
        List<CompletionStage<Void>> sends = new ArrayList<>();
        for (int i = 0; i < identity.window(); i++) {
            sends.add(identity.send(message(Integer.toString(i))));
        }

        assertThat(refusal(identity.send(message("too many")))).isInstanceOf(Refusal.LimitExceeded.class);
        assertThat(rig.parent.received).isEmpty();

        Receiver ours = rig.parent.link(Receiver.class, EVENTS);
        rig.parent.run(() -> ours.addCredit(3));
        for (CompletionStage<Void> send : sends) {
            done(send);
        }
        for (int i = 0; i < identity.window(); i++) {
            assertThat(rig.parent.received.remove().message().property("n")).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void the_parents_answers_to_a_message_are_told_apart() throws Exception {
        UpstreamIdentity identity = rig.attached();

        rig.parent.disposition = _ -> new Rejected(new ErrorCondition("amqp:link:message-size-exceeded", "scripted"));
        assertThat(refusal(identity.send(message("1")))).isInstanceOf(Refusal.TooLarge.class);
        rig.parent.disposition = _ -> Released.getInstance();
        assertThat(refusal(identity.send(message("2")))).isInstanceOf(Refusal.Unavailable.class);
        rig.parent.disposition = _ -> Accepted.getInstance();
        done(identity.send(message("3")));

        assertThat(rig.listener.nextNow()).isNull();
    }

    @Test
    void a_parent_that_restarts_finds_everybody_again() throws Exception {
        List<RecordingListener> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            var each = new RecordingListener();
            all.add(each);
            rig.link.attach(IdentityId.device("leaf" + i), TOKENS, each);
        }
        for (RecordingListener each : all) {
            each.next(Up.class);
        }

        rig.parent.stop();
        for (RecordingListener each : all) {
            each.next(Down.class);
        }
        rig.parent.start();

        for (RecordingListener each : all) {
            each.next(Up.class);
        }
        assertThat(rig.parent.open).hasSize(1);
    }

    @Test
    void tokens_are_renewed_in_place_and_tried_again_when_that_fails() throws Exception {
        var answers = List.of(200, 500, 200).iterator();
        var remaining = List.of(Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofHours(1))
                .iterator();
        rig.parent.tokenStatus = _ -> answers.next();
        rig.link.attach(
                DEVICE,
                audience -> SasToken.sign(audience, KEY, Time.system().now().plus(remaining.next()), ""),
                rig.listener);
        rig.listener.next(Up.class);

        for (int i = 0; i < 3; i++) {
            assertThat(rig.parent.tokens.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isNotNull();
        }

        assertThat(rig.listener.nextNow()).isNull();
        assertThat(rig.parent.accepted).hasValue(1);
    }

    @Test
    void a_token_that_cannot_be_renewed_any_more_ends_the_identity() throws Exception {
        TokenSource brief =
                audience -> SasToken.sign(audience, KEY, Time.system().now().plusSeconds(3), "");
        var first = new AtomicBoolean(true);
        rig.parent.tokenStatus = _ -> first.getAndSet(false) ? 200 : 401;
        rig.link.attach(DEVICE, brief, rig.listener);
        rig.listener.next(Up.class);

        rig.listener.next(Down.class);

        assertThat(rig.listener.next(Refused.class).refusal()).isInstanceOf(Refusal.Unauthorized.class);
    }

    @Test
    void a_link_that_is_not_answered_is_asked_for_again_and_holds_up_nobody() throws Exception {
        try (var impatient = new Rig(Duration.ofSeconds(60), Duration.ofMillis(300))) {
            var other = new RecordingListener();
            var asked = new AtomicInteger();
            impatient.parent.silent = address -> address.equals(EVENTS) && asked.incrementAndGet() <= 2;
            impatient.link.attach(DEVICE, TOKENS, impatient.listener);
            impatient.link.attach(HUB, TOKENS, other);

            other.next(Up.class);
            impatient.listener.next(Up.class);

            assertThat(asked).hasValue(3);
            assertThat(impatient.parent.accepted).hasValue(1);
        }
    }

    @Test
    void a_message_that_is_not_answered_costs_the_identity_its_links_alone() throws Exception {
        try (var impatient = new Rig(Duration.ofSeconds(60), Duration.ofMillis(300))) {
            var other = new RecordingListener();
            impatient.link.attach(HUB, TOKENS, other);
            other.next(Up.class);
            UpstreamIdentity identity = impatient.attached();
            impatient.parent.disposition = _ -> null;

            var sent = identity.send(message("unanswered"));

            assertThat(impatient.listener.next(Down.class).reason()).contains("did not acknowledge");
            assertThat(refusal(sent)).isInstanceOf(Refusal.Unavailable.class);
            impatient.listener.next(Up.class);
            assertThat(other.nextNow()).isNull();
        }
    }

    @Test
    void a_feature_that_the_parent_refuses_is_told_and_the_others_go_on() throws Exception {
        UpstreamIdentity identity = rig.attached();
        rig.parent.refuse = address ->
                address.endsWith("/messages/devicebound") ? new ErrorCondition("amqp:not-found", "scripted") : null;

        assertThat(refusal(identity.subscribe(Feature.CLOUD_TO_DEVICE))).isInstanceOf(Refusal.NotFound.class);

        done(identity.subscribe(Feature.METHODS));
        done(identity.send(message("on")));
        assertThat(rig.listener.nextNow()).isNull();
    }

    @Test
    void a_feature_that_the_parent_refused_to_restore_is_subscribed_when_somebody_asks_again() throws Exception {
        String bound = "/devices/d1/messages/devicebound";
        rig.parent.refuse = address -> address.equals(bound) ? new ErrorCondition("amqp:not-found", "scripted") : null;
        UpstreamIdentity identity = rig.link.attach(DEVICE, TOKENS, rig.listener);
        done(identity.subscribe(Feature.CLOUD_TO_DEVICE));
        rig.listener.next(Up.class);
        rig.parent.refuse = _ -> null;

        done(identity.subscribe(Feature.CLOUD_TO_DEVICE));
        rig.parent.send(bound, Sections.of(MessageProperties.NONE, Map.of(), Map.of(), new byte[] {7}));

        rig.listener.next(Delivered.class);
    }

    @Test
    void what_is_subscribed_while_it_attaches_is_subscribed_when_it_is_up() throws Exception {
        var identity = new CompletableFuture<UpstreamIdentity>();
        rig.parent.refuse = address -> {
            if (address.endsWith("/events")) {
                var _ = identity.join().subscribe(Feature.CLOUD_TO_DEVICE);
            }
            return null;
        };

        identity.complete(rig.link.attach(DEVICE, TOKENS, rig.listener));
        rig.listener.next(Up.class);

        assertThat(rig.parent.awaitLink(Sender.class, "/devices/d1/messages/devicebound"))
                .isNotNull();
    }

    @Test
    void a_message_is_settled_while_other_subscriptions_are_still_being_restored() throws Exception {
        String bound = "/devices/d1/messages/devicebound";
        rig.parent.silent = address -> address.endsWith("/methods/devicebound");
        UpstreamIdentity identity = rig.link.attach(DEVICE, TOKENS, rig.listener);
        done(identity.subscribe(Feature.CLOUD_TO_DEVICE));
        done(identity.subscribe(Feature.METHODS));
        var settled = new CompletableFuture<DeliveryState>();
        Sender toDevice = rig.parent.awaitLink(Sender.class, bound);
        rig.parent.run(
                () -> toDevice.deliveryStateUpdatedHandler(delivery -> settled.complete(delivery.getRemoteState())));
        rig.parent.send(bound, Sections.of(MessageProperties.NONE, Map.of(), Map.of(), new byte[] {7}));

        identity.settle(rig.listener.next(Delivered.class).delivery().id(), Settlement.ACCEPTED);

        assertThat(done(settled)).isEqualTo(Accepted.getInstance());
        assertThat(identity.up()).isFalse();
    }

    @Test
    void what_cannot_be_read_is_rejected_and_the_next_is_told() throws Exception {
        UpstreamIdentity identity = rig.attached();
        done(identity.subscribe(Feature.CLOUD_TO_DEVICE));
        String address = "/devices/d1/messages/devicebound";

        rig.parent.send(address, new Sections(MessageProperties.NONE, Map.of(), Map.of(), 42, null));
        rig.parent.send(address, Sections.of(MessageProperties.NONE, Map.of(), Map.of(), new byte[] {7}));

        var delivery = rig.listener.next(Delivered.class).delivery();
        assertThat(delivery.message().payload()).containsExactly(7);
    }

    /** As an outbox does: what failed is sent again, from the oldest on, as soon as the identity is up. */
    @Test
    void whenever_it_is_reset_nothing_is_lost_and_the_order_holds() throws Exception {
        UpstreamIdentity identity = rig.attached();
        int messages = 300;
        var random = new Random(4711);
        rig.parent.disposition = _ -> {
            if (random.nextInt(40) == 0) {
                rig.parent.reset();
                return null;
            }
            return Accepted.getInstance();
        };

        int acknowledged = 0;
        int ups = 1;
        while (acknowledged < messages) {
            List<CompletionStage<Void>> sends = new ArrayList<>();
            for (int i = acknowledged; i < Math.min(messages, acknowledged + 10); i++) {
                sends.add(identity.send(message(Integer.toString(i))));
            }
            boolean lost = false;
            for (CompletionStage<Void> send : sends) {
                lost |= !lost
                        && send.handle((_, failure) -> failure != null)
                                .toCompletableFuture()
                                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
                acknowledged += lost ? 0 : 1;
            }
            if (lost) {
                rig.listener.next(Down.class);
                rig.listener.next(Up.class);
                ups++;
            }
        }

        assertThat(ups).isGreaterThan(2);
        assertThat(rig.parent.accepted).hasValue(ups);
        int next = 0;
        for (var received : rig.parent.received) {
            int n = Integer.parseInt(received.message().property("n"));
            assertThat(n).isLessThanOrEqualTo(next);
            next = Math.max(next, n + 1);
        }
        assertThat(next).isEqualTo(messages);
    }
}
