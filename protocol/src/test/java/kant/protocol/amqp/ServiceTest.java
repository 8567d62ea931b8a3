package kant.protocol.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.message.SystemProperties;
import kant.protocol.amqp.wire.MessageProperties;
import kant.protocol.amqp.wire.Sections;
import kant.protocol.amqp.wire.WireNames;
import kant.protocol.mqtt.TestTime;
import kant.protocol.port.ServiceLink;
import kant.protocol.port.ServicePort;
import kant.protocol.port.ServiceSession;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.junit.jupiter.api.Test;

/** What service applications do over AMQP (service-protocols.md §3). */
class ServiceTest {
    private final MemoryService service = new MemoryService();
    private final Peer peer = peer();

    @Test
    void a_message_goes_to_the_device_that_its_to_names() {
        Sender sender = peer.sender("/messages/deviceBound");

        OutgoingDelivery delivery = peer.send(sender, message("/devices/dev1/messages/devicebound", "positiveonly"));

        assertThat(delivery.getRemoteState()).isInstanceOf(Accepted.class);
        assertThat(service.targets).containsExactly(IdentityId.device("dev1"));
        assertThat(service.messages.getFirst().payload()).asString().isEqualTo("hello");
        assertThat(service.messages.getFirst().properties()).isEqualTo(Map.of("k", "v"));
        assertThat(service.messages.getFirst().systemProperties())
                .containsEntry(SystemProperties.ACK, "positive")
                .containsEntry(SystemProperties.MESSAGE_ID, "m1")
                .containsEntry(SystemProperties.EXPIRY, "2026-08-01T13:00:00Z");
    }

    @Test
    void a_module_is_named_likewise_and_what_names_nobody_is_rejected() {
        Sender sender = peer.sender("amqps://hub.kant.test/messages/devicebound");

        peer.send(sender, message("/devices/edge1/modules/mod1/messages/deviceBound", "full"));
        OutgoingDelivery nobody = peer.send(sender, message("/somewhere", "full"));
        service.onSend = () -> MemoryHub.refuse(new Refusal.NotFound("no such device"));
        OutgoingDelivery unknown = peer.send(sender, message("/devices/dev9/messages/devicebound", "full"));

        assertThat(service.targets).contains(IdentityId.module("edge1", "mod1"));
        assertThat(nobody.getRemoteState()).isInstanceOf(Rejected.class);
        assertThat(((Rejected) unknown.getRemoteState()).getError().getCondition())
                .hasToString("amqp:not-found");
    }

    @Test
    void feedback_is_handed_over_in_batches_and_settled() {
        Receiver receiver = peer.receiver("/messages/serviceBound/feedback", 1, r -> {});
        Peer.assertOpen(receiver);
        assertThat(service.feedbackWanted).isTrue();

        service.link().feedback(4, Instant.parse("2026-08-01T12:00:00Z"), "[]".getBytes());
        peer.pump();

        Sections batch = peer.messages.remove();
        assertThat(batch.properties().contentType()).isEqualTo(WireNames.FEEDBACK_CONTENT_TYPE);
        assertThat(batch.annotations().get("iothub-enqueuedtime")).isEqualTo(Instant.parse("2026-08-01T12:00:00Z"));
        assertThat(batch.data()).asString().isEqualTo("[]");
        peer.received.remove().disposition(Accepted.getInstance(), true);
        peer.pump();
        assertThat(service.settled).containsExactly("4 ACCEPTED");
    }

    @Test
    void without_a_policys_token_nothing_opens_and_with_a_wrong_one_neither() {
        var time = new TestTime();
        Peer stranger = Peer.of(new MemoryHub(), time, Peer.service(new MemoryHub(), time, 10, service))
                .open();
        stranger.put(stranger.token(Peer.DEVICE));
        Peer.assertRefused(stranger.sender("/messages/devicebound"), "amqp:unauthorized-access");

        service.onOpen = () -> MemoryHub.refuse(new Refusal.Unauthorized("the policy may not"));
        Peer.assertRefused(peer.sender("/messages/devicebound"), "amqp:unauthorized-access");
    }

    @Test
    void the_session_ends_with_its_last_link() {
        Sender sender = peer.sender("/messages/devicebound");
        Receiver receiver = peer.receiver("/messages/servicebound/feedback", 1, r -> {});
        sender.close();
        peer.pump();
        assertThat(service.closed).isZero();

        receiver.close();
        peer.pump();

        assertThat(service.closed).isEqualTo(1);
    }

    private Peer peer() {
        var time = new TestTime();
        Peer opened = Peer.of(new MemoryHub(), time, Peer.service(new MemoryHub(), time, 10, service))
                .open();
        String token = SasToken.sign("hub.kant.test", Peer.KEY, time.now().plusSeconds(3600), "service");
        assertThat(opened.put(token).status()).isEqualTo(200);
        return opened;
    }

    private static Sections message(String to, String ack) {
        return Sections.of(
                new MessageProperties("m1", null, to, null, null, null, null, Instant.parse("2026-08-01T13:00:00Z")),
                Map.of(),
                Map.of("iothub-ack", ack, "k", "v"),
                "hello".getBytes());
    }

    /** A hub's side of service applications that remembers what it was told. */
    private static final class MemoryService implements ServicePort, ServiceSession {
        private final List<IdentityId> targets = new ArrayList<>();
        private final List<Message> messages = new ArrayList<>();
        private final List<String> settled = new ArrayList<>();
        private java.util.function.Supplier<CompletionStage<Void>> onSend =
                () -> CompletableFuture.completedFuture(null);
        private java.util.function.Supplier<CompletionStage<ServiceSession>> onOpen =
                () -> CompletableFuture.completedFuture(this);
        private boolean feedbackWanted;
        private int closed;
        private ServiceLink link;

        ServiceLink link() {
            return link;
        }

        @Override
        public CompletionStage<ServiceSession> open(SasToken token, ServiceLink opened) {
            if (!token.policy().equals("service")) {
                return CompletableFuture.failedFuture(new RefusedException(new Refusal.Unauthorized("no policy")));
            }
            link = opened;
            return onOpen.get();
        }

        @Override
        public CompletionStage<Void> send(IdentityId target, Message message) {
            targets.add(target);
            messages.add(message);
            return onSend.get();
        }

        @Override
        public void subscribeFeedback() {
            feedbackWanted = true;
        }

        @Override
        public void settleFeedback(long id, Settlement settlement) {
            settled.add(id + " " + settlement);
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
