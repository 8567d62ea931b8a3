package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.message.Feature;
import org.junit.jupiter.api.Test;

/** SUBSCRIBE and UNSUBSCRIBE: reference/device-protocols.md §1.6, traps 7 and 8. */
class SubscribeTest {
    private static final String METHODS = "$iothub/methods/POST/#";
    private static final String DESIRED = "$iothub/twin/PATCH/properties/desired/#";

    private final MemoryHub hub = new MemoryHub();
    private final Wire device = Wire.connected(hub, Wire.DEVICE);
    private final MemoryHub.MemorySession session = hub.last();

    @Test
    void every_filter_of_the_sdks_is_granted_and_registered() {
        assertThat(device.subscribe(1, "devices/dev1/messages/devicebound/#", METHODS, DESIRED, "$iothub/twin/res/#"))
                .containsExactly(1, 1, 1, 1);

        assertThat(session.subscribed)
                .containsExactlyInAnyOrder(Feature.CLOUD_TO_DEVICE, Feature.METHODS, Feature.DESIRED);
    }

    @Test
    void an_unknown_filter_is_granted_and_without_effect() {
        assertThat(device.subscribe(1, "$iothub/credentials/res/#", "#", "devices/+/messages/devicebound/#"))
                .containsExactly(1, 1, 0x80);

        assertThat(session.subscribeCalls).isEmpty();
    }

    @Test
    void another_identitys_messages_are_not_granted() {
        assertThat(device.subscribe(
                        1,
                        "devices/dev2/messages/devicebound/#",
                        "devices/dev1/modules/mod1/inputs/#",
                        "devices/dev1/messages/devicebound/#"))
                .containsExactly(0x80, 0x80, 1);

        assertThat(session.subscribeCalls).containsExactly(Feature.CLOUD_TO_DEVICE);
    }

    @Test
    void the_answer_waits_until_the_hub_has_the_subscription() {
        var registered = new CompletableFuture<Void>();
        session.onSubscribe = () -> registered;
        device.send(MqttMessageBuilders.subscribe()
                .messageId(5)
                .addSubscription(MqttQoS.AT_LEAST_ONCE, METHODS)
                .build());
        assertThat(device.next()).isNull();

        registered.complete(null);

        assertThat(device.receive(MqttSubAckMessage.class).variableHeader().messageId())
                .isEqualTo(5);
    }

    @Test
    void a_subscription_that_the_hub_refuses_is_answered_0x80_and_can_be_tried_again() {
        session.onSubscribe = () -> MemoryHub.refuse(new Refusal.Unavailable("not now (expected in this test)"));
        assertThat(device.subscribe(1, METHODS)).containsExactly(0x80);

        session.onSubscribe = () -> CompletableFuture.completedFuture(null);
        assertThat(device.subscribe(1, METHODS)).containsExactly(1);
    }

    @Test
    void a_second_subscribe_keeps_one_subscription() {
        device.subscribe(1, METHODS);
        device.subscribe(0, METHODS);

        assertThat(session.subscribeCalls).containsExactly(Feature.METHODS);
    }

    @Test
    void unsubscribe_is_always_answered() {
        device.subscribe(1, METHODS);

        device.send(MqttMessageBuilders.unsubscribe()
                .messageId(9)
                .addTopicFilter(METHODS)
                .addTopicFilter("anything")
                .addTopicFilter("$iothub/twin/res/#")
                .build());

        assertThat(device.receive(MqttUnsubAckMessage.class).variableHeader().messageId())
                .isEqualTo(9);
        assertThat(session.subscribed).isEmpty();
    }
}
