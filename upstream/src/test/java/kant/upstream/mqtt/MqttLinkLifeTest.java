package kant.upstream.mqtt;

import static io.netty.handler.codec.mqtt.MqttMessageType.CONNECT;
import static io.netty.handler.codec.mqtt.MqttMessageType.DISCONNECT;
import static io.netty.handler.codec.mqtt.MqttMessageType.PUBLISH;
import static io.netty.handler.codec.mqtt.MqttMessageType.SUBSCRIBE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.message.Delivery;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import kant.upstream.Backoff;
import kant.upstream.LinkState;
import kant.upstream.LinkTiming;
import kant.upstream.RecordingListener;
import kant.upstream.RecordingListener.Down;
import kant.upstream.RecordingListener.Up;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamListener;
import kant.world.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The link's shown state, its renewals and its end. */
@Timeout(60)
class MqttLinkLifeTest extends MqttLinkRig {
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
}
