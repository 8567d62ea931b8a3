package kant.upstream.mqtt;

import static io.netty.handler.codec.mqtt.MqttMessageType.CONNECT;
import static io.netty.handler.codec.mqtt.MqttMessageType.PUBACK;
import static io.netty.handler.codec.mqtt.MqttMessageType.PUBLISH;
import static io.netty.handler.codec.mqtt.MqttMessageType.SUBSCRIBE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import kant.model.error.Refusal;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.message.SystemProperties;
import kant.model.twin.MethodResult;
import kant.protocol.mqtt.ClientTopic;
import kant.protocol.mqtt.Topics;
import kant.upstream.OddMessage;
import kant.upstream.RecordingListener;
import kant.upstream.RecordingListener.Delivered;
import kant.upstream.RecordingListener.Down;
import kant.upstream.RecordingListener.Up;
import kant.upstream.UpstreamIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes over the whole link, and what becomes of it when the connection is cut. */
@Timeout(60)
class MqttLinkMessagesTest extends MqttLinkRig {
    @Test
    void properties_with_odd_characters_arrive_as_they_were_given() throws Exception {
        Map<String, String> system = OddMessage.system();
        system.put(SystemProperties.CREATION_TIME, "2026-01-01T00:00:00.0000000Z");
        system.put(SystemProperties.CONNECTION_DEVICE_ID, "d1");
        system.put(SystemProperties.CONNECTION_MODULE_ID, "m1");
        Map<String, String> properties = OddMessage.properties();
        properties.put("plain", "value");
        properties.put("a key/with=all&of it%", "100 %\t\r\n\0+?#/$");
        byte[] payload = OddMessage.payload();
        UpstreamIdentity identity = up(Given.MODULE);

        done(identity.send(new Message(Given.MODULE, system, properties, payload)));

        var topic = (ClientTopic.Telemetry) Topics.fromClient(skipTo(PUBLISH).text(), Given.MODULE);
        system.remove(SystemProperties.CONNECTION_DEVICE_ID);
        system.remove(SystemProperties.CONNECTION_MODULE_ID);
        assertThat(topic.bag().system()).isEqualTo(system);
        assertThat(topic.bag().properties()).containsExactlyEntriesOf(properties);
    }

    @Test
    void messages_arrive_once_and_in_order_when_nothing_fails() throws Exception {
        UpstreamIdentity identity = up(Given.DEVICE);
        List<CompletionStage<Void>> sent = new ArrayList<>();

        for (int i = 0; i < 16; i++) {
            sent.add(identity.send(Given.message(Given.DEVICE, "message " + i)));
        }

        for (CompletionStage<Void> one : sent) {
            done(one);
        }
        for (int i = 0; i < 16; i++) {
            assertThat(skipTo(PUBLISH).payload()).isEqualTo("message " + i);
        }
    }

    @Test
    void what_is_in_flight_when_the_connection_is_cut_fails_after_down_and_can_be_sent_again_after_up()
            throws Exception {
        parent.acknowledges = false;
        var listener = new RecordingListener();
        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, listener);
        listener.next(Up.class);
        var sent = identity.send(Given.message(Given.DEVICE, "one"));
        skipTo(PUBLISH);

        parent.cutAll();

        assertThat(refusal(sent)).isInstanceOf(Refusal.Unavailable.class);
        assertThat(listener.nextNow()).isInstanceOf(Down.class);

        parent.acknowledges = true;
        listener.next(Up.class);
        done(identity.send(Given.message(Given.DEVICE, "one")));
        assertThat(skipTo(PUBLISH).payload()).isEqualTo("one");
    }

    @Test
    void while_down_everything_that_needs_the_parent_is_unavailable_at_once() throws Exception {
        parent.vanish();
        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, new RecordingListener());

        assertThat(refusal(identity.send(Given.message(Given.DEVICE, "no")))).isInstanceOf(Refusal.Unavailable.class);
        assertThat(refusal(identity.twin())).isInstanceOf(Refusal.Unavailable.class);
        assertThat(refusal(identity.report(JsonNodeFactory.instance.objectNode())))
                .isInstanceOf(Refusal.Unavailable.class);
        done(identity.subscribe(Feature.METHODS));
        identity.settle(1, Settlement.ACCEPTED);
        identity.methodResult("1", new MethodResult(200, new byte[0]));
    }

    @Test
    void a_message_of_somebody_else_or_too_large_is_refused_before_it_is_sent() throws Exception {
        UpstreamIdentity identity = up(Given.DEVICE);

        var foreign = identity.send(Given.message(Given.MODULE, "not mine"));
        var large = identity.send(new Message(Given.DEVICE, Map.of(), Map.of(), new byte[Message.MAX_BYTES + 1]));
        var wordy = identity.send(new Message(Given.DEVICE, Map.of(), Map.of("k", "ü".repeat(30_000)), new byte[0]));

        assertThat(refusal(foreign)).isInstanceOf(Refusal.Invalid.class);
        assertThat(refusal(large)).isInstanceOf(Refusal.TooLarge.class);
        assertThat(refusal(wordy)).isInstanceOf(Refusal.TooLarge.class);
    }

    @Test
    void the_largest_message_passes() throws Exception {
        UpstreamIdentity identity = up(Given.DEVICE);

        done(identity.send(new Message(Given.DEVICE, Map.of(), Map.of(), new byte[Message.MAX_BYTES])));
    }

    @Test
    void a_delivery_that_was_not_settled_before_a_cut_comes_again_and_its_old_id_means_nothing() throws Exception {
        var listener = new RecordingListener();
        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, listener);
        done(identity.subscribe(Feature.CLOUD_TO_DEVICE));
        listener.next(Up.class);
        String topic = "devices/d1/messages/devicebound/%24.mid=1";
        parent.publish("d1", MqttQoS.AT_LEAST_ONCE, 7, topic, "hi");
        var first = listener.next(Delivered.class).delivery();

        parent.cutAll();
        listener.next(Down.class);
        listener.next(Up.class);
        parent.publish("d1", MqttQoS.AT_LEAST_ONCE, 7, topic, "hi");
        var second = listener.next(Delivered.class).delivery();
        identity.settle(first.id(), Settlement.ACCEPTED);
        identity.settle(second.id(), Settlement.ACCEPTED);
        done(identity.send(Given.message(Given.DEVICE, "after")));

        assertThat(second.id()).isNotEqualTo(first.id());
        skipTo(PUBACK);
        assertThat(parent.next(PUBLISH).payload()).isEqualTo("after");
    }

    @Test
    void a_delivery_is_acknowledged_while_subscriptions_are_still_being_restored() throws Exception {
        var listener = new RecordingListener();
        parent.answersSubscribe = false;
        UpstreamIdentity identity = link.attach(Given.DEVICE, TOKENS, listener);
        parent.next(CONNECT);
        parent.next(SUBSCRIBE);
        parent.publish("d1", MqttQoS.AT_LEAST_ONCE, 7, "devices/d1/messages/devicebound/%24.mid=1", "hi");

        identity.settle(listener.next(Delivered.class).delivery().id(), Settlement.ACCEPTED);

        parent.next(PUBACK);
        assertThat(identity.up()).isFalse();
    }
}
