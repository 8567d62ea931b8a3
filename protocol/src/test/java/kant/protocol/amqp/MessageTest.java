package kant.protocol.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.protocol.amqp.wire.Address;
import kant.protocol.amqp.wire.Guids;
import kant.protocol.amqp.wire.MessageProperties;
import kant.protocol.amqp.wire.Sections;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.amqp.wire.WireNames;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.UnsignedByte;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Modified;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.junit.jupiter.api.Test;

/** Telemetry up, cloud-to-device messages and inputs down (device-protocols.md §8, checks 60 to 64 and 69). */
class MessageTest {
    private final MemoryHub hub = new MemoryHub();

    @Test
    void check_60_telemetry_is_accepted_when_it_is_durable_and_not_before() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        Sender sender = peer.sender(Address.Kind.EVENTS, Peer.DEVICE);
        hub.last().prompt = false;

        OutgoingDelivery delivery = peer.send(sender, text("hello"));

        assertThat(hub.last().sent).hasSize(1);
        assertThat(delivery.getRemoteState()).isNull();
        hub.last().sends.getFirst().complete(null);
        peer.pump();
        assertThat(delivery.getRemoteState()).isInstanceOf(Accepted.class);
        assertThat(delivery.isRemotelySettled()).isTrue();
    }

    @Test
    void check_60_a_refused_message_is_rejected_with_the_condition_or_released() {
        assertThat(outcome(new Refusal.TooLarge("too large")))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.getError().getCondition())
                                .hasToString("amqp:link:message-size-exceeded"));
        assertThat(outcome(new Refusal.StoreFull("full")))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.getError().getCondition())
                                .hasToString("com.microsoft:device-container-throttled"));
        assertThat(outcome(new Refusal.Unavailable("later"))).isInstanceOf(Released.class);
    }

    @Test
    void every_property_of_a_message_reaches_the_hub() {
        Peer peer = Peer.with(hub, Peer.MODULE);
        Sender sender = peer.sender(Address.Kind.EVENTS, Peer.MODULE);
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("iothub-outputname", "out put");
        properties.put("iothub-connection-device-id", "somebody else");
        properties.put("iothub-creation-time-utc", "2026-08-01T12:00:00Z");
        properties.put("alarm", "hi & lo ß😀");
        properties.put("empty", "");
        properties.put("number", 17);

        peer.send(
                sender,
                Sections.of(
                        new MessageProperties(
                                UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                                "user".getBytes(),
                                "/to",
                                null,
                                UnsignedLong.valueOf(9),
                                "application/json",
                                "utf-8",
                                Instant.parse("2026-08-01T13:00:00Z")),
                        Map.of("iothub-interface-id", "urn:x", "iothub-connection-module-id", "nobody"),
                        properties,
                        new byte[] {0, 1, -1}));

        Message message = hub.last().sent.getFirst();
        assertThat(message.sender()).isEqualTo(Peer.MODULE);
        assertThat(message.payload()).containsExactly(0, 1, -1);
        assertThat(message.properties())
                .containsExactly(Map.entry("alarm", "hi & lo ß😀"), Map.entry("empty", ""), Map.entry("number", "17"));
        assertThat(message.systemProperties())
                .containsOnly(
                        Map.entry(SystemProperties.MESSAGE_ID, "00112233-4455-6677-8899-aabbccddeeff"),
                        Map.entry(SystemProperties.CORRELATION_ID, "9"),
                        Map.entry(SystemProperties.USER_ID, "user"),
                        Map.entry(SystemProperties.TO, "/to"),
                        Map.entry(SystemProperties.CONTENT_TYPE, "application/json"),
                        Map.entry(SystemProperties.CONTENT_ENCODING, "utf-8"),
                        Map.entry(SystemProperties.EXPIRY, "2026-08-01T13:00:00Z"),
                        Map.entry(SystemProperties.OUTPUT_NAME, "out put"),
                        Map.entry(SystemProperties.CREATION_TIME, "2026-08-01T12:00:00Z"),
                        Map.entry(SystemProperties.INTERFACE_ID, "urn:x"));
    }

    @Test
    void check_61_a_batch_is_as_many_messages_in_order_and_one_disposition() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        Sender sender = peer.sender(Address.Kind.EVENTS, Peer.DEVICE);
        hub.last().prompt = false;

        OutgoingDelivery three = peer.send(
                sender,
                SectionsCodec.encodeBatch(List.of(text("a"), text("b"), text("c"))),
                WireNames.BATCH_FORMAT,
                false);

        assertThat(payloads()).containsExactly("a", "b", "c");
        hub.last().sends.get(0).complete(null);
        hub.last().sends.get(2).complete(null);
        peer.pump();
        assertThat(three.getRemoteState()).isNull();
        hub.last().sends.get(1).complete(null);
        peer.pump();
        assertThat(three.getRemoteState()).isInstanceOf(Accepted.class);
        hub.last().prompt = true;
        OutgoingDelivery one =
                peer.send(sender, SectionsCodec.encodeBatch(List.of(text("d"))), WireNames.BATCH_FORMAT, false);
        assertThat(one.getRemoteState()).isInstanceOf(Accepted.class);
        assertThat(payloads()).endsWith("d");
    }

    @Test
    void check_61_an_envelope_just_under_the_largest_message_is_accepted_and_one_above_loses_the_link() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        Sender sender = peer.sender(Address.Kind.EVENTS, Peer.DEVICE);
        List<Sections> many = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            many.add(Sections.of(MessageProperties.NONE, Map.of(), Map.of(), new byte[261_000]));
        }

        OutgoingDelivery delivery = peer.send(sender, SectionsCodec.encodeBatch(many), WireNames.BATCH_FORMAT, false);
        assertThat(delivery.getRemoteState()).isInstanceOf(Accepted.class);
        assertThat(hub.last().sent).hasSize(4);

        many.add(many.getFirst());
        peer.send(sender, SectionsCodec.encodeBatch(many), WireNames.BATCH_FORMAT, false);
        assertThat(sender.isRemotelyClosed()).isTrue();
        assertThat(sender.getRemoteCondition().getCondition()).hasToString("amqp:link:message-size-exceeded");
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void settled_telemetry_is_taken_without_an_answer() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        Sender sender = peer.sender(Address.Kind.EVENTS, Peer.DEVICE);

        for (int i = 0; i < 300; i++) {
            peer.sendSettled(sender, text("m" + i));
        }

        assertThat(hub.last().sent).hasSize(300);
        assertThat(sender.getCredit()).isPositive();
    }

    @Test
    void a_slow_hub_stops_a_fast_sender_by_credit_and_by_bytes() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        Sender sender = peer.sender(Address.Kind.EVENTS, Peer.DEVICE);
        hub.last().prompt = false;
        byte[] large = new byte[200_000];

        int sent = 0;
        while (sender.getCredit() > 0 && peer.server.config().isAutoRead()) {
            peer.send(sender, Sections.of(MessageProperties.NONE, Map.of(), Map.of(), large));
            sent++;
        }

        assertThat(sent).isBetween(20, 25);
        hub.last().sends.forEach(stage -> stage.complete(null));
        peer.pump();
        assertThat(peer.server.config().isAutoRead()).isTrue();
        int small = 0;
        while (sender.getCredit() > 0) {
            peer.send(sender, text("x"));
            small++;
        }
        assertThat(small).isLessThanOrEqualTo(100);
    }

    @Test
    void a_message_without_data_or_with_a_text_value_is_taken_and_a_sequence_is_not() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        Sender sender = peer.sender(Address.Kind.EVENTS, Peer.DEVICE);

        peer.send(sender, new Sections(MessageProperties.NONE, Map.of(), Map.of("k", "v"), null, null));
        peer.send(sender, new Sections(MessageProperties.NONE, Map.of(), Map.of(), "text", null));
        OutgoingDelivery number = peer.send(sender, new Sections(MessageProperties.NONE, Map.of(), Map.of(), 7, null));

        assertThat(payloads()).containsExactly("", "text");
        assertThat(number.getRemoteState()).isInstanceOf(Rejected.class);
    }

    @Test
    void check_62_cloud_to_device_messages_are_settled_as_the_client_says() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        peer.receiver(Address.Kind.DEVICE_BOUND, Peer.DEVICE, 10);
        assertThat(hub.last().subscribed).containsExactly(Feature.CLOUD_TO_DEVICE);
        for (int i = 1; i <= 5; i++) {
            hub.last().link.deliver(cloudToDevice(i));
        }
        peer.pump();

        var outcomes = List.of(
                Accepted.getInstance(),
                new Rejected(),
                Released.getInstance(),
                new Modified().setUndeliverableHere(true),
                new Modified().setDeliveryFailed(true));
        for (var outcome : outcomes) {
            peer.received.remove().disposition(outcome, true);
        }
        peer.pump();

        assertThat(hub.last().settled)
                .containsExactly("1 ACCEPTED", "2 REJECTED", "3 RELEASED", "4 REJECTED", "5 RELEASED");
    }

    @Test
    void check_62_the_hub_settles_last_where_the_client_wants_to_be_second() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        Receiver receiver = peer.receiver(
                Address.of(Address.Kind.DEVICE_BOUND, Peer.DEVICE).text(),
                10,
                r -> r.setReceiverSettleMode(ReceiverSettleMode.SECOND));
        assertThat(receiver.getRemoteReceiverSettleMode()).isEqualTo(ReceiverSettleMode.SECOND);
        assertThat(receiver.getRemoteSenderSettleMode()).isEqualTo(SenderSettleMode.UNSETTLED);
        for (int i = 1; i <= 3; i++) {
            hub.last().link.deliver(cloudToDevice(i));
        }
        peer.pump();

        List<IncomingDelivery> deliveries = List.copyOf(peer.received);
        receiver.disposition(_ -> true, Accepted.getInstance(), false);
        peer.pump();

        assertThat(hub.last().settled).containsExactly("1 ACCEPTED", "2 ACCEPTED", "3 ACCEPTED");
        assertThat(deliveries).allMatch(IncomingDelivery::isRemotelySettled);
    }

    @Test
    void check_63_and_64_tag_lock_token_and_annotations_have_their_types() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        peer.receiver(Address.Kind.DEVICE_BOUND, Peer.DEVICE, 10);

        hub.last().link.deliver(cloudToDevice(1));
        peer.pump();

        byte[] tag = peer.received.getFirst().getTag().tagBytes();
        Sections message = peer.messages.getFirst();
        assertThat(tag).hasSize(16);
        assertThat(message.annotations().get("x-opt-lock-token"))
                .isEqualTo(Guids.guid(tag).toString());
        assertThat(message.annotations().get("iothub-enqueuedtime")).isEqualTo(Instant.parse("2026-08-01T11:59:00Z"));
        assertThat(message.annotations().get("iothub-deliverycount")).isEqualTo(UnsignedByte.valueOf((byte) 2));
        assertThat(message.annotations().get("x-opt-sequence-number")).isEqualTo(UnsignedLong.valueOf(42));
        assertThat(message.properties().messageId()).isEqualTo("c2d-1");
        assertThat(message.application()).isEqualTo(Map.of("p one", "v&1", "iothub-ack", "full"));
        assertThat(message.data()).asString().isEqualTo("payload 1");
    }

    @Test
    void check_69_a_module_gets_its_inputs() {
        Peer peer = Peer.with(hub, Peer.MODULE);
        peer.receiver(Address.Kind.EVENTS, Peer.MODULE, 10);
        assertThat(hub.last().subscribed).containsExactly(Feature.INPUTS);
        var message = new Message(
                Peer.MODULE,
                Map.of(SystemProperties.CONNECTION_DEVICE_ID, "leaf1", SystemProperties.OUTPUT_NAME, "out"),
                Map.of("k", "v"),
                new byte[0]);

        hub.last().link.deliver(new Delivery(7, Feature.INPUTS, "input1", message, 0));
        peer.pump();

        Sections input = peer.messages.getFirst();
        assertThat(input.annotations().get("x-opt-input-name")).isEqualTo("input1");
        assertThat(input.annotations().get("iothub-connection-device-id")).isEqualTo("leaf1");
        assertThat(input.application()).isEqualTo(Map.of("k", "v"));
        assertThat(input.data()).isEmpty();
        peer.received.remove().disposition(Accepted.getInstance(), true);
        peer.pump();
        assertThat(hub.last().settled).containsExactly("7 ACCEPTED");
    }

    @Test
    void an_input_that_is_not_settled_in_time_is_given_back() {
        Peer peer = Peer.with(hub, Peer.MODULE);
        peer.receiver(Address.Kind.EVENTS, Peer.MODULE, 10);
        hub.last().link.deliver(new Delivery(7, Feature.INPUTS, "in", text(Peer.MODULE), 0));
        peer.pump();

        peer.advance(Duration.ofSeconds(31));

        assertThat(hub.last().settled).containsExactly("7 RELEASED");
        assertThat(peer.received.getFirst().isRemotelySettled()).isTrue();
    }

    @Test
    void deliveries_wait_for_credit_and_are_given_back_when_their_link_goes() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        Receiver receiver = peer.receiver(Address.Kind.DEVICE_BOUND, Peer.DEVICE, 1);
        peer.sender(Address.Kind.EVENTS, Peer.DEVICE);
        for (int i = 1; i <= 3; i++) {
            hub.last().link.deliver(cloudToDevice(i));
        }
        peer.pump();
        assertThat(peer.received).hasSize(1);

        receiver.addCredit(1);
        peer.pump();
        assertThat(peer.received).hasSize(2);

        receiver.close();
        peer.pump();
        assertThat(hub.last().settled).containsExactly("1 RELEASED", "2 RELEASED", "3 RELEASED");
        assertThat(hub.last().subscribed).isEmpty();
        assertThat(hub.last().closed).isZero();
    }

    @Test
    void a_message_larger_than_a_frame_and_a_drained_receiver() {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        Receiver receiver = peer.receiver(Address.Kind.DEVICE_BOUND, Peer.DEVICE, 5);
        var large = new Message(Peer.DEVICE, Map.of(), Map.of(), new byte[200_000]);

        hub.last().link.deliver(new Delivery(1, Feature.CLOUD_TO_DEVICE, null, large, 0));
        peer.pump();
        assertThat(peer.messages.getFirst().data()).hasSize(200_000);

        receiver.drain();
        peer.pump();
        assertThat(receiver.getCredit()).isZero();
        assertThat(receiver.isDraining()).isFalse();
    }

    @Test
    void a_device_has_no_inputs_and_sends_to_no_device() {
        Peer peer = Peer.with(hub, Peer.DEVICE);

        Peer.assertRefused(peer.receiver(Address.Kind.EVENTS, Peer.DEVICE, 1), "com.microsoft:argument-error");
        Peer.assertRefused(peer.sender(Address.Kind.DEVICE_BOUND, Peer.DEVICE), "amqp:unauthorized-access");
        Peer.assertRefused(peer.sender("/messages/devicebound"), "amqp:not-found");
    }

    private Object outcome(Refusal refusal) {
        Peer peer = Peer.with(hub, Peer.DEVICE);
        Sender sender = peer.sender(Address.Kind.EVENTS, Peer.DEVICE);
        hub.last().prompt = false;
        OutgoingDelivery delivery = peer.send(sender, text("x"));
        CompletableFuture<Void> stage = hub.last().sends.getLast();
        stage.completeExceptionally(new RefusedException(refusal));
        peer.pump();
        return delivery.getRemoteState();
    }

    private List<String> payloads() {
        return hub.last().sent.stream().map(m -> new String(m.payload())).toList();
    }

    private static Delivery cloudToDevice(int id) {
        var message = new Message(
                Peer.DEVICE,
                Map.of(
                        SystemProperties.MESSAGE_ID, "c2d-" + id,
                        SystemProperties.ACK, "full",
                        SystemProperties.ENQUEUED_TIME, "2026-08-01T11:59:00Z",
                        SystemProperties.SEQUENCE_NUMBER, "42"),
                Map.of("p one", "v&1"),
                ("payload " + id).getBytes());
        return new Delivery(id, Feature.CLOUD_TO_DEVICE, null, message, 2);
    }

    private static Message text(kant.model.identity.IdentityId sender) {
        return new Message(sender, Map.of(), Map.of(), "x".getBytes());
    }

    private static Sections text(String payload) {
        return Sections.of(MessageProperties.NONE, Map.of(), Map.of(), payload.getBytes());
    }
}
