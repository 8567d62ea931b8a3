package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import org.junit.jupiter.api.Test;

/** What is left of a connection for the next one (device-protocols.md §1.3, checks 16 and 17). */
class PersistentSessionTest {
    private static final String C2D = "devices/dev1/messages/devicebound/#";

    private final MemoryHub hub = new MemoryHub();
    private final TestTime time = new TestTime();
    private final HeadContext head = Wire.head(hub, time, 10);

    @Test
    void check_16_quality_and_spelling_come_back_without_subscribe() {
        Wire before = connect(IdentityId.device("d ev"), false);
        before.subscribe(0, "devices/d%20ev/messages/devicebound/#", "$iothub/twin/res/#");
        hub.restored.add(Feature.CLOUD_TO_DEVICE);
        before.cut();

        Wire again = connect(IdentityId.device("d ev"), true);

        hub.last().link.deliver(message());
        var packet = again.receive(MqttPublishMessage.class);
        assertThat(packet.fixedHeader().qosLevel()).isEqualTo(MqttQoS.AT_MOST_ONCE);
        assertThat(packet.variableHeader().topicName()).startsWith("devices/d%20ev/messages/devicebound/%24.");
        again.publish("$iothub/twin/GET/?$rid=1", 0, "");
        assertThat(again.receive(MqttPublishMessage.class).fixedHeader().qosLevel())
                .isEqualTo(MqttQoS.AT_MOST_ONCE);
        assertThat(hub.last().subscribeCalls).isEmpty();
    }

    @Test
    void what_only_the_hub_remembers_comes_with_quality_1() {
        hub.restored.add(Feature.CLOUD_TO_DEVICE);

        Wire client = connect(Wire.DEVICE, true);

        hub.last().link.deliver(message());
        assertThat(client.receive(MqttPublishMessage.class).fixedHeader().qosLevel())
                .isEqualTo(MqttQoS.AT_LEAST_ONCE);
    }

    @Test
    void check_17_a_clean_session_forgets_for_those_that_follow() {
        connect(Wire.DEVICE, false).subscribe(0, "$iothub/twin/res/#");
        Wire clean = new Wire(hub, time, head);
        clean.send(Wire.connect(Wire.DEVICE, time, c -> c.cleanSession(true)));
        assertThat(clean.receive(MqttConnAckMessage.class).variableHeader().isSessionPresent())
                .isFalse();

        connect(Wire.DEVICE, false);
    }

    @Test
    void an_unsubscribed_feature_does_not_come_back() {
        Wire before = connect(Wire.DEVICE, false);
        before.subscribe(0, C2D);
        before.send(io.netty.handler.codec.mqtt.MqttMessageBuilders.unsubscribe()
                .messageId(9)
                .addTopicFilter(C2D)
                .build());

        connect(Wire.DEVICE, false);
    }

    @Test
    void only_so_many_clients_are_remembered() {
        HeadContext small = Wire.head(hub, time, 1);
        for (int i = 0; i < 5; i++) {
            Wire client = new Wire(hub, time, small);
            client.send(Wire.connect(IdentityId.device("d" + i), time, c -> c.cleanSession(false)));
            client.receive(MqttConnAckMessage.class);
            client.subscribe(0, "$iothub/twin/res/#");
            client.cut();
        }

        assertThat(small.memory().of(IdentityId.device("d0"))).isNull();
        assertThat(small.memory().of(IdentityId.device("d1"))).isNotNull();
    }

    private Wire connect(IdentityId identity, boolean expectedPresent) {
        Wire wire = new Wire(hub, time, head);
        wire.send(Wire.connect(identity, time, c -> c.cleanSession(false)));
        assertThat(wire.receive(MqttConnAckMessage.class).variableHeader().isSessionPresent())
                .isEqualTo(expectedPresent);
        return wire;
    }

    private static Delivery message() {
        var message = new Message(Wire.DEVICE, Map.of(), Map.of(), new byte[] {1});
        return new Delivery(1, Feature.CLOUD_TO_DEVICE, null, message, 0);
    }
}
