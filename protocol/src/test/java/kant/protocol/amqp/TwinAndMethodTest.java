package kant.protocol.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.message.Feature;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import kant.protocol.amqp.wire.Address;
import kant.protocol.amqp.wire.MessageProperties;
import kant.protocol.amqp.wire.Sections;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.junit.jupiter.api.Test;

/** Twins and direct methods (device-protocols.md §8, checks 65 to 68). */
class TwinAndMethodTest {
    private final MemoryHub hub = new MemoryHub();

    @Test
    void check_65_a_method_is_called_with_a_uuid_and_answered_with_a_uuid_or_its_text() {
        Peer peer = Peer.with(hub, Peer.MODULE);
        peer.receiver(Address.Kind.METHODS, Peer.MODULE, 10);
        Sender answers = peer.sender(Address.Kind.METHODS, Peer.MODULE);
        assertThat(hub.last().subscribed).containsExactly(Feature.METHODS);

        hub.last().link.invoke(new MethodCall("a7", "reboot", new byte[0], Duration.ofSeconds(5)));
        hub.last().link.invoke(new MethodCall("b8", "stop", "{\"d\":1}".getBytes(), Duration.ofSeconds(5)));
        peer.pump();

        Sections first = peer.messages.remove();
        assertThat(first.properties().correlationId()).isInstanceOf(UUID.class);
        assertThat(first.application()).isEqualTo(Map.of("IoThub-methodname", "reboot"));
        assertThat(first.data()).isNotNull().isEmpty();
        assertThat(peer.received.remove().isRemotelySettled()).isTrue();
        Sections second = peer.messages.remove();
        peer.sendSettled(answers, answer(first.properties().correlationId(), 200, "null"));
        peer.sendSettled(answers, answer(second.properties().correlationId().toString(), 404, "{\"no\":1}"));
        assertThat(hub.last().results).containsExactly("a7 200 null", "b8 404 {\"no\":1}");
    }

    @Test
    void an_answer_without_a_status_and_one_to_nothing() {
        Peer peer = Peer.with(hub, Peer.MODULE);
        peer.receiver(Address.Kind.METHODS, Peer.MODULE, 10);
        Sender answers = peer.sender(Address.Kind.METHODS, Peer.MODULE);
        hub.last().link.invoke(new MethodCall("a7", "reboot", new byte[0], Duration.ofSeconds(5)));
        peer.pump();
        Object id = peer.messages.remove().properties().correlationId();

        peer.sendSettled(answers, answer(UUID.randomUUID(), 200, ""));
        peer.sendSettled(answers, Sections.of(MessageProperties.correlated(id), Map.of(), Map.of(), "x".getBytes()));

        assertThat(hub.last().results).containsExactly("a7 400000 x");
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void check_66_a_twin_is_got_with_an_int_status_and_the_correlation_id_as_it_came() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        peer.receiver(Address.Kind.TWIN, Peer.DEVICE, 10);
        Sender requests = peer.sender(Address.Kind.TWIN, Peer.DEVICE);

        for (Object id : new Object[] {UUID.randomUUID(), "Get1", UnsignedLong.valueOf(3)}) {
            peer.send(requests, request("GET", id, " "));
            Sections reply = peer.messages.remove();
            assertThat(reply.properties().correlationId()).isEqualTo(id);
            assertThat(reply.annotations().get("status")).isEqualTo(200);
            assertThat(reply.data())
                    .asString()
                    .isEqualTo("{\"desired\":{\"rate\":5,\"$version\":4},\"reported\":{\"state\":1,\"$version\":7}}");
        }
    }

    @Test
    void check_66_reported_properties_are_patched() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        peer.receiver(Address.Kind.TWIN, Peer.DEVICE, 10);
        Sender requests = peer.sender(Address.Kind.TWIN, Peer.DEVICE);

        peer.send(requests, request("PATCH", "p1", "{\"a\":1}"));
        Sections reply = peer.messages.remove();
        assertThat(reply.annotations().get("status")).isEqualTo(204);
        assertThat(reply.annotations().get("version")).isEqualTo(8L);
        assertThat(hub.last().reports).hasToString("[{\"a\":1}]");

        peer.send(requests, request("PATCH", "p2", "{"));
        assertThat(peer.messages.remove().annotations().get("status")).isEqualTo(400);
        hub.last().onReport = () -> MemoryHub.refuse(new Refusal.PreconditionFailed("version"));
        peer.send(requests, request("PATCH", "p3", "{}"));
        assertThat(peer.messages.remove().annotations().get("status")).isEqualTo(412);
    }

    @Test
    void check_66_desired_changes_are_subscribed_by_the_link_and_by_put_and_ended_by_delete() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        peer.receiver(Address.Kind.TWIN, Peer.DEVICE, 10);
        assertThat(hub.last().subscribed).containsExactly(Feature.DESIRED);
        Sender requests = peer.sender(Address.Kind.TWIN, Peer.DEVICE);

        peer.send(requests, request("DELETE", "d", ""));
        assertThat(peer.messages.remove().annotations().get("status")).isEqualTo(200);
        assertThat(hub.last().subscribed).isEmpty();
        peer.send(requests, request("PUT", "u", ""));
        assertThat(peer.messages.remove().annotations().get("status")).isEqualTo(200);
        assertThat(hub.last().subscribed).containsExactly(Feature.DESIRED);
    }

    @Test
    void check_67_an_unsettled_request_is_accepted_at_once_and_an_answer_waits_for_credit() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        Receiver replies = peer.receiver(Address.Kind.TWIN, Peer.DEVICE, 0);
        Sender requests = peer.sender(Address.Kind.TWIN, Peer.DEVICE);

        OutgoingDelivery delivery = peer.send(requests, request("GET", "1", ""));
        peer.sendSettled(requests, request("GET", "2", ""));

        assertThat(delivery.getRemoteState()).isInstanceOf(Accepted.class);
        assertThat(peer.messages).isEmpty();
        replies.addCredit(5);
        peer.pump();
        assertThat(peer.messages).hasSize(2);
    }

    @Test
    void a_client_that_takes_no_answers_may_ask_no_further() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        peer.receiver(Address.Kind.TWIN, Peer.DEVICE, 0);
        Sender requests = peer.sender(Address.Kind.TWIN, Peer.DEVICE);

        int asked = 0;
        while (requests.getCredit() > 0) {
            peer.send(requests, request("GET", "n" + asked++, ""));
        }

        assertThat(asked).isEqualTo(TwinPair.WINDOW);
    }

    @Test
    void check_68_a_change_of_desired_properties_has_no_correlation_id() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        peer.receiver(Address.Kind.TWIN, Peer.DEVICE, 10);

        hub.last().link.desired(new TwinPatch(MemoryHub.MemorySession.object("rate", 6), 5));
        peer.pump();

        Sections change = peer.messages.remove();
        assertThat(change.properties().correlationId()).isNull();
        assertThat(change.annotations().get("version")).isEqualTo(5L);
        assertThat(change.annotations().get("status")).isNull();
        assertThat(change.data()).asString().isEqualTo("{\"rate\":6,\"$version\":5}");
    }

    @Test
    void a_subscription_that_the_hub_refuses_refuses_the_link() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        peer.sender(Address.Kind.EVENTS, Peer.DEVICE);
        hub.last().onSubscribe = () -> MemoryHub.refuse(new Refusal.Unavailable("no methods now"));

        Peer.assertRefused(peer.receiver(Address.Kind.METHODS, Peer.DEVICE, 1), "amqp:internal-error");
    }

    @Test
    void a_slow_hub_answers_when_it_can() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        peer.receiver(Address.Kind.TWIN, Peer.DEVICE, 10);
        Sender requests = peer.sender(Address.Kind.TWIN, Peer.DEVICE);
        var slow = new CompletableFuture<java.util.OptionalLong>();
        hub.last().onReport = () -> slow;

        peer.send(requests, request("PATCH", "p1", "{}"));
        assertThat(peer.messages).isEmpty();
        slow.complete(java.util.OptionalLong.empty());
        peer.pump();

        Sections reply = peer.messages.remove();
        assertThat(reply.annotations().get("status")).isEqualTo(204);
        assertThat(reply.annotations().get("version")).isNull();
    }

    private static Sections request(String operation, Object correlationId, String body) {
        return Sections.of(
                MessageProperties.correlated(correlationId), Map.of("operation", operation), Map.of(), body.getBytes());
    }

    private static Sections answer(Object correlationId, int status, String body) {
        return Sections.of(
                MessageProperties.correlated(correlationId),
                Map.of(),
                Map.of("IoThub-status", status),
                body.getBytes());
    }
}
