package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import org.junit.jupiter.api.Test;

/** Messages to a client: reference/device-protocols.md §0 traps 1, 2, 9, 12, §1.4, §1.6 and checklist 35-39. */
class DeliveryTest {
    private static final String INPUTS = "devices/edge1/modules/mod1/inputs/#";

    private final MemoryHub hub = new MemoryHub();
    private final Wire module = Wire.connected(hub, Wire.MODULE);
    private final MemoryHub.MemorySession session = hub.last();

    @Test
    void an_input_message_begins_with_an_encoded_system_property_and_has_no_empty_value() {
        module.subscribe(1, INPUTS);
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("a b", "c/d");
        properties.put("empty", "");

        session.link.deliver(input(1, Map.of(SystemProperties.OPERATION, "op"), properties, 0));

        var packet = module.receive(MqttPublishMessage.class);
        assertThat(packet.variableHeader().topicName())
                .matches("devices/edge1/modules/mod1/inputs/in1/"
                        + "(%24\\.cdid=edge1&%24\\.cmid=sender|%24\\.cmid=sender&%24\\.cdid=edge1)"
                        + "&iothub-operation=op&a%20b=c%2Fd");
        assertThat(packet.fixedHeader().isRetain()).isFalse();
        assertThat(packet.fixedHeader().isDup()).isFalse();
    }

    @Test
    void an_outputs_name_stays_behind() {
        module.subscribe(1, INPUTS);

        session.link.deliver(input(1, Map.of(SystemProperties.OUTPUT_NAME, "out"), Map.of(), 0));

        assertThat(module.receive(MqttPublishMessage.class).variableHeader().topicName())
                .doesNotContain("out");
    }

    @Test
    void a_cloud_message_without_properties_still_has_an_encoded_one() {
        Wire device = Wire.connected(hub, Wire.DEVICE);
        device.subscribe(1, "devices/dev1/messages/devicebound/#");

        hub.last()
                .link
                .deliver(new Delivery(
                        1,
                        Feature.CLOUD_TO_DEVICE,
                        null,
                        new Message(Wire.DEVICE, Map.of(SystemProperties.ACK, "full"), Map.of(), new byte[0]),
                        0));

        assertThat(device.receive(MqttPublishMessage.class).variableHeader().topicName())
                .isEqualTo("devices/dev1/messages/devicebound/"
                        + "%24.to=%2Fdevices%2Fdev1%2Fmessages%2Fdevicebound&iothub-ack=full");
    }

    @Test
    void a_topic_is_spelled_as_the_client_subscribed_it() {
        Wire odd = Wire.connected(hub, IdentityId.module("a:b", "c d+"));
        odd.subscribe(1, "devices/a%3Ab/modules/c%20d%2B/inputs/#");

        hub.last().link.deliver(input(1, Map.of(), Map.of(), 0));

        assertThat(odd.receive(MqttPublishMessage.class).variableHeader().topicName())
                .startsWith("devices/a%3Ab/modules/c%20d%2B/inputs/in1/%24.");
    }

    @Test
    void the_csharp_filter_asks_for_inputs_too() {
        assertThat(module.subscribe(1, "devices/edge1/modules/mod1/#")).containsExactly(1);

        assertThat(session.subscribed).containsExactly(Feature.INPUTS);
        session.link.deliver(input(1, Map.of(), Map.of(), 0));
        assertThat(module.receive(MqttPublishMessage.class).variableHeader().topicName())
                .startsWith("devices/edge1/modules/mod1/inputs/in1/");
    }

    @Test
    void quality_1_is_settled_by_its_acknowledgement_in_any_order() {
        module.subscribe(1, INPUTS);
        session.link.deliver(input(11, Map.of(), Map.of(), 0));
        session.link.deliver(input(12, Map.of(), Map.of(), 0));
        int first = module.receive(MqttPublishMessage.class).variableHeader().packetId();
        int second = module.receive(MqttPublishMessage.class).variableHeader().packetId();
        assertThat(session.settled).isEmpty();

        module.acknowledge(second);
        module.acknowledge(first);
        module.acknowledge(first);
        module.acknowledge(999);

        assertThat(session.settled).containsExactly("12 ACCEPTED", "11 ACCEPTED");
        assertThat(module.isOpen()).isTrue();
    }

    @Test
    void quality_0_is_settled_when_it_has_left() {
        module.subscribe(0, INPUTS);

        session.link.deliver(input(11, Map.of(), Map.of(), 0));

        assertThat(module.receive(MqttPublishMessage.class).fixedHeader().qosLevel())
                .isEqualTo(MqttQoS.AT_MOST_ONCE);
        assertThat(session.settled).containsExactly("11 ACCEPTED");
    }

    @Test
    void a_message_can_ask_for_quality_0() {
        module.subscribe(1, INPUTS);

        session.link.deliver(input(11, Map.of(), Map.of("mqtt-qos", "0"), 0));

        assertThat(module.receive(MqttPublishMessage.class).fixedHeader().qosLevel())
                .isEqualTo(MqttQoS.AT_MOST_ONCE);
    }

    @Test
    void quality_2_is_granted_as_1() {
        assertThat(module.subscribe(2, INPUTS)).containsExactly(1);
    }

    @Test
    void a_repeated_delivery_is_marked() {
        module.subscribe(1, INPUTS);

        session.link.deliver(input(11, Map.of(), Map.of(), 1));

        assertThat(module.receive(MqttPublishMessage.class).fixedHeader().isDup())
                .isTrue();
    }

    @Test
    void what_is_not_acknowledged_in_30_s_is_given_back_and_a_late_acknowledgement_means_nothing() {
        module.subscribe(1, INPUTS);
        session.link.deliver(input(11, Map.of(), Map.of(), 0));
        int id = module.receive(MqttPublishMessage.class).variableHeader().packetId();
        module.advance(Duration.ofSeconds(20));
        session.link.deliver(input(12, Map.of(), Map.of(), 0));
        module.receive(MqttPublishMessage.class);

        module.advance(Duration.ofSeconds(11));
        assertThat(session.settled).containsExactly("11 RELEASED");
        module.acknowledge(id);
        module.advance(Duration.ofSeconds(20));

        assertThat(session.settled).containsExactly("11 RELEASED", "12 RELEASED");
    }

    @Test
    void what_comes_before_the_connack_waits_for_it() {
        hub.restored.add(Feature.INPUTS);
        Wire again = Wire.to(hub);
        var decision = new java.util.concurrent.CompletableFuture<Void>();
        hub.onOpen = () -> decision;
        again.send(Wire.connect(Wire.MODULE, again.time, c -> c.cleanSession(false)));
        decision.complete(null);
        hub.last().link.deliver(input(11, Map.of(), Map.of(), 0));

        assertThat(again.next().fixedHeader().messageType()).isEqualTo(MqttMessageType.CONNACK);
        assertThat(again.receive(MqttPublishMessage.class).variableHeader().topicName())
                .startsWith("devices/edge1/modules/mod1/inputs/in1/");
    }

    @Test
    void without_a_subscription_a_message_is_given_back() {
        session.link.deliver(input(11, Map.of(), Map.of(), 0));

        assertThat(module.next()).isNull();
        assertThat(session.settled).containsExactly("11 RELEASED");
    }

    @Test
    void properties_that_no_topic_can_hold_have_their_message_rejected() {
        module.subscribe(1, INPUTS);

        session.link.deliver(input(11, Map.of(), Map.of("k", "ü".repeat(20_000)), 0));

        assertThat(module.next()).isNull();
        assertThat(session.settled).containsExactly("11 REJECTED");
    }

    @Test
    void a_socket_without_room_is_not_filled_and_goes_on_when_there_is_room_again() {
        module.subscribe(1, INPUTS);
        module.server.stick();

        for (int i = 0; i < 100; i++) {
            session.link.deliver(bulky(i));
        }
        module.server.runPendingTasks();
        assertThat(module.server.unsafe().outboundBuffer().totalPendingWriteBytes())
                .isLessThan(200_000);

        module.server.unstick();
        for (int i = 0; i < 100; i++) {
            assertThat(module.receive(MqttPublishMessage.class).payload().readableBytes())
                    .isEqualTo(60_000);
        }
    }

    @Test
    void a_client_that_does_not_read_is_not_read_either_and_is_closed_after_a_minute() {
        module.subscribe(1, INPUTS);
        module.server.stick();
        for (int i = 0; i < 10; i++) {
            session.link.deliver(bulky(i));
        }
        module.server.runPendingTasks();
        assertThat(module.server.config().isAutoRead()).isFalse();

        module.advance(Duration.ofSeconds(59));
        assertThat(module.isOpen()).isTrue();
        module.advance(Duration.ofSeconds(2));

        assertThat(module.isOpen()).isFalse();
        assertThat(session.closed).isEqualTo(1);
    }

    @Test
    void a_client_for_which_more_than_the_window_waits_is_closed() {
        module.subscribe(1, INPUTS);
        module.server.stick();

        for (int i = 0; i < session.link.window() * 2 + 10; i++) {
            session.link.deliver(bulky(i));
        }

        assertThat(module.isOpen()).isFalse();
    }

    @Test
    void the_hub_can_disconnect_a_client() {
        session.link.disconnect("the device was disabled");

        assertThat(module.isOpen()).isFalse();
        assertThat(session.closed).isEqualTo(1);
        session.link.deliver(input(1, Map.of(), Map.of(), 0));
        module.server.runPendingTasks();
        assertThat(session.settled).isEmpty();
    }

    private static Delivery input(long id, Map<String, String> system, Map<String, String> properties, int count) {
        var message = new Message(IdentityId.module("edge1", "sender"), system, properties, new byte[] {1});
        return new Delivery(id, Feature.INPUTS, "in1", message, count);
    }

    private static Delivery bulky(long id) {
        var message = new Message(IdentityId.module("edge1", "sender"), Map.of(), Map.of(), new byte[60_000]);
        return new Delivery(id, Feature.INPUTS, "in1", message, 0);
    }
}
