package kant.upstream.mqtt;

import static io.netty.handler.codec.mqtt.MqttMessageType.CONNECT;
import static io.netty.handler.codec.mqtt.MqttMessageType.SUBSCRIBE;
import static io.netty.handler.codec.mqtt.MqttMessageType.UNSUBSCRIBE;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.upstream.Backoff;
import kant.upstream.LinkTiming;
import kant.upstream.LinkWorld;
import kant.upstream.ParentConfig;
import kant.upstream.RecordingListener;
import kant.upstream.RecordingListener.Down;
import kant.upstream.RecordingListener.Refused;
import kant.upstream.RecordingListener.Up;
import kant.upstream.TestTls;
import kant.upstream.Transport;
import kant.upstream.UpstreamIdentity;
import kant.world.Randomness;
import kant.world.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How identities come up, and what keeps them down, against a small parent on real sockets. */
@Timeout(60)
class MqttLinkTest extends MqttLinkRig {
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
}
