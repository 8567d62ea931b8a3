package kant.upstream.amqp;

import static kant.upstream.amqp.Rig.AT_ONCE;
import static kant.upstream.amqp.Rig.DEVICE;
import static kant.upstream.amqp.Rig.EVENTS;
import static kant.upstream.amqp.Rig.HUB;
import static kant.upstream.amqp.Rig.LIMIT_SECONDS;
import static kant.upstream.amqp.Rig.TOKENS;
import static kant.upstream.amqp.Rig.done;
import static kant.upstream.amqp.Rig.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.upstream.Access;
import kant.upstream.LinkState;
import kant.upstream.RecordingListener;
import kant.upstream.RecordingListener.Up;
import kant.upstream.TestTls;
import kant.upstream.UpstreamIdentity;
import kant.world.Randomness;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The AMQP link over real sockets: what it does while all goes well. */
@Timeout(60)
class AmqpLinkTest {
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
    void an_identity_comes_up_by_its_token_and_sends_in_order() throws Exception {
        UpstreamIdentity identity = rig.attached();
        List<CompletionStage<Void>> sends = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            sends.add(identity.send(message(Integer.toString(i))));
        }

        for (CompletionStage<Void> send : sends) {
            done(send);
        }

        assertThat(rig.parent.tokens.remove().name()).isEqualTo(TestTls.HOST + "/devices/d1");
        for (int i = 0; i < 16; i++) {
            var received = rig.parent.received.remove();
            assertThat(received.address()).isEqualTo(EVENTS);
            assertThat(received.message().property("n")).isEqualTo(Integer.toString(i));
        }
        assertThat(rig.link.state()).isEqualTo(LinkState.UP);
    }

    @Test
    void a_large_message_goes_up_in_parts() throws Exception {
        byte[] payload = Randomness.secure().bytes(Message.MAX_BYTES);
        UpstreamIdentity identity = rig.attached();

        done(identity.send(new Message(DEVICE, Map.of(), Map.of(), payload)));

        assertThat(rig.parent.received.remove().message().data()).isEqualTo(payload);
    }

    @Test
    void on_behalf_of_others_the_hub_puts_its_own_token_once() throws Exception {
        List<RecordingListener> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            var each = new RecordingListener();
            all.add(each);
            var leaf = IdentityId.device("leaf" + i);
            rig.link.attach(Access.onBehalf(List.of(leaf, IdentityId.device("edge")), TOKENS), each);
        }
        for (RecordingListener each : all) {
            each.next(Up.class);
        }

        assertThat(rig.parent.tokens).hasSize(1);
        assertThat(rig.parent.tokens.remove().name()).isEqualTo(TestTls.HOST + "/devices/edge/modules/$edgeHub");
        assertThat(rig.parent.attached)
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
            identities.add(rig.link.attach(IdentityId.device("leaf" + i), TOKENS, each));
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

        assertThat(rig.parent.accepted).hasValue(1);
        assertThat(rig.parent.received).hasSize(1000);
        assertThat(rig.parent.mostArriving.get()).isBetween(2, AT_ONCE);
    }

    @Test
    void closing_an_identity_waits_for_what_is_in_flight_and_leaves_the_others() throws Exception {
        UpstreamIdentity identity = rig.attached();
        var other = new RecordingListener();
        rig.link.attach(HUB, TOKENS, other);
        other.next(Up.class);
        var held = new CompletableFuture<Void>();
        rig.parent.disposition = _ -> null;
        var sent = identity.send(message("last"));
        assertThat(rig.parent.received.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isNotNull();

        identity.close();
        Receiver ours = rig.parent.link(Receiver.class, EVENTS);
        rig.parent.run(() -> {
            ours.unsettled().forEach(delivery -> delivery.disposition(Accepted.getInstance(), true));
            ours.getSession().closeHandler(session -> {
                session.close();
                held.complete(null);
            });
        });

        done(sent);
        done(held);
        assertThat(other.nextNow()).isNull();
        assertThat(rig.parent.open).hasSize(1);
    }
}
