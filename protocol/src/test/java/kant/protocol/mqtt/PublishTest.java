package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PUBLISH from a client: reference/device-protocols.md §1.4, §1.5 and checklist 25-37. */
class PublishTest {
    private final MemoryHub hub = new MemoryHub();
    private final Wire device = Wire.connected(hub, Wire.DEVICE);
    private final MemoryHub.MemorySession session = hub.last();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "devices/dev1/messages/events",
                "devices/dev1/messages/events/",
                "devices/dev1/messages/events/$.mid=m-1&k=v",
                "devices/dev1/messages/events/%24.mid=m-1&k=v/",
                "devices/dev%31/messages/events/k=v"
            })
    void telemetry_is_taken_in_every_shape_that_clients_send(String topic) {
        int id = device.publish(topic, 1, "body");

        assertThat(device.acknowledgements()).containsExactly(id);
        assertThat(session.sent).hasSize(1);
        assertThat(session.sent.getFirst().sender()).isEqualTo(Wire.DEVICE);
        assertThat(session.sent.getFirst().properties().values()).allMatch("v"::equals);
    }

    @Test
    void a_module_sends_as_the_java_sdk_does() {
        Wire module = Wire.connected(hub, Wire.MODULE);

        module.publish(
                "devices/edge1/modules/mod1/messages/events/$.mid=m-1&$.cid=c%201&$.on=out%20put&$.cdid=other&$.cmid=x"
                        + "&$.ce=utf-8&$.ct=application%2Fjson&alarm=hi%20%26%20lo/",
                1, "{}");

        Message message = hub.last().sent.getFirst();
        assertThat(message.sender()).isEqualTo(Wire.MODULE);
        assertThat(message.systemProperties())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        SystemProperties.MESSAGE_ID, "m-1",
                        SystemProperties.CORRELATION_ID, "c 1",
                        SystemProperties.OUTPUT_NAME, "out put",
                        SystemProperties.CONTENT_ENCODING, "utf-8",
                        SystemProperties.CONTENT_TYPE, "application/json"));
        assertThat(message.properties()).containsExactlyEntriesOf(Map.of("alarm", "hi & lo"));
    }

    @Test
    void an_acknowledgement_waits_until_the_message_is_taken() {
        session.prompt = false;

        int id = device.publish("devices/dev1/messages/events/", 1, "body");
        assertThat(device.next()).isNull();
        session.sends.getFirst().complete(null);

        assertThat(device.acknowledgements()).containsExactly(id);
    }

    @Test
    void MQTT_4_6_0_2_acknowledgements_leave_in_the_order_of_the_publishes() {
        session.prompt = false;
        int first = device.publish("devices/dev1/messages/events/", 1, "1");
        int second = device.publish("devices/dev1/messages/events/", 1, "2");
        int third = device.publish("devices/dev1/messages/events/", 1, "3");

        session.sends.get(1).complete(null);
        session.sends.get(2).complete(null);
        assertThat(device.next()).isNull();
        session.sends.get(0).complete(null);

        assertThat(device.acknowledgements()).containsExactly(first, second, third);
    }

    @Test
    void an_acknowledgement_does_not_wait_for_twins() {
        session.onTwin = java.util.concurrent.CompletableFuture::new;

        int get = device.publish("$iothub/twin/GET/?$rid=1", 1, "");
        int message = device.publish("devices/dev1/messages/events/", 1, "1");

        assertThat(device.acknowledgements()).containsExactly(get, message);
    }

    @Test
    void a_refused_message_is_not_acknowledged_and_ends_the_connection() {
        session.prompt = false;
        device.publish("devices/dev1/messages/events/", 1, "1");
        device.publish("devices/dev1/messages/events/", 1, "2");

        session.sends.get(1).complete(null);
        session.sends.get(0).completeExceptionally(new RefusedException(new Refusal.StoreFull("no room")));

        assertThat(device.isOpen()).isFalse();
        assertThat(device.next()).isNull();
        assertThat(session.closed).isEqualTo(1);
    }

    @Test
    void what_the_hub_fails_to_take_ends_the_connection() {
        session.prompt = false;
        device.publish("devices/dev1/messages/events/", 1, "1");

        session.sends.getFirst().completeExceptionally(new java.io.IOException("disk gone (expected in this test)"));

        assertThat(device.isOpen()).isFalse();
        assertThat(device.next()).isNull();
    }

    @Test
    void quality_0_is_taken_without_an_answer() {
        device.publish("devices/dev1/messages/events/", 0, "1");

        assertThat(session.sent).hasSize(1);
        assertThat(device.next()).isNull();
    }

    @Test
    void quality_2_closes() {
        device.publish("devices/dev1/messages/events/", 2, "1");

        assertThat(device.isOpen()).isFalse();
        assertThat(session.sent).isEmpty();
    }

    @Test
    void retain_and_dup_become_properties() {
        device.send(new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, true, MqttQoS.AT_LEAST_ONCE, true, 0),
                new MqttPublishVariableHeader("devices/dev1/messages/events/k=v", 7),
                Unpooled.EMPTY_BUFFER));

        assertThat(session.sent.getFirst().properties())
                .containsExactlyInAnyOrderEntriesOf(Map.of("k", "v", "mqtt-retain", "true", "mqtt-dup", "true"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "devices/dev2/messages/events/",
                "devices/dev1/modules/mod1/messages/events/",
                "devices/DEV1/messages/events/",
                "devices//messages/events/",
                "devices/dev1/messages/eventsmore/",
                "devices/dev1/messages/devicebound/",
                "devices/dev1",
                "anything",
                "$iothub/twin/GET/",
                "$iothub/twin/PUT/?$rid=1",
                "$iothub/twin/PATCH/properties/reported/more?$rid=1",
                "$iothub/methods/res/200/",
                "devices/dev1/messages/events/a=1&&b=2",
                "devices/dev1/messages/events/=1",
                "devices/dev1/messages/events/a=1=2",
                "devices/dev1/messages/events/a=%zz",
                "devices/dev1/messages/events/a=%ff"
            })
    void a_topic_that_is_not_the_clients_or_not_readable_closes_and_nothing_is_taken(String topic) {
        device.publish(topic, 1, "x");

        assertThat(device.isOpen()).isFalse();
        assertThat(device.next()).isNull();
        assertThat(session.sent).isEmpty();
    }

    @Test
    void a_client_with_too_many_messages_under_way_is_not_read_any_further() throws Exception {
        int sent = InboundPublishes.MAX_UNPROCESSED + 24;
        session.prompt = false;
        var bytes = new ByteArrayOutputStream();
        for (int i = 1; i <= sent; i++) {
            bytes.write(device.encode(Wire.packet("devices/dev1/messages/events/", 1, i, "x")));
        }

        device.sendBytes(bytes.toByteArray()); // all in one read
        assertThat(session.sent).hasSize(InboundPublishes.MAX_UNPROCESSED);
        assertThat(device.server.config().isAutoRead()).isFalse();

        session.sends.get(0).complete(null);
        device.server.runPendingTasks();
        assertThat(session.sent).hasSize(InboundPublishes.MAX_UNPROCESSED + 1);

        List<Integer> acknowledged = new ArrayList<>();
        for (int i = 1; i < sent; i++) {
            session.sends.get(i).complete(null);
            device.server.runPendingTasks();
        }
        acknowledged.addAll(device.acknowledgements());
        assertThat(acknowledged).hasSize(sent).isSorted();
        assertThat(device.server.config().isAutoRead()).isTrue();
    }

    @Test
    void a_client_that_waits_for_the_hub_is_not_called_silent() {
        session.prompt = false;
        for (int i = 0; i < InboundPublishes.MAX_UNPROCESSED; i++) {
            device.publish("devices/dev1/messages/events/", 1, "x");
        }

        device.advance(java.time.Duration.ofMinutes(9));

        assertThat(device.isOpen()).isTrue();
    }

    @Test
    void every_buffer_is_given_back_whatever_becomes_of_its_packet() {
        session.prompt = false;
        byte[] packet = device.encode(Wire.packet("devices/dev1/messages/events/", 1, 1, "x"));
        var read = Unpooled.wrappedBuffer(packet);
        device.server.writeInbound(read);
        assertThat(read.refCnt()).as("taken").isZero();
        List<ByteBuf> held = new ArrayList<>();
        for (int i = 0; i < 2 * InboundPublishes.MAX_UNPROCESSED; i++) {
            held.add(Unpooled.wrappedBuffer(packet));
            device.server.writeInbound(held.getLast());
        }
        assertThat(held.getLast().refCnt()).as("held").isPositive();

        device.cut();

        assertThat(held).allMatch(b -> b.refCnt() == 0);
    }

    @Test
    void a_payload_of_256_KiB_passes() {
        device.publish("devices/dev1/messages/events/", 1, "x".repeat(262_144));

        assertThat(session.sent.getFirst().payload()).hasSize(262_144);
    }
}
