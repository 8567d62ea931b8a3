package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import org.junit.jupiter.api.Test;

/** Twins and direct methods: reference/device-protocols.md §1.7 and checklist 40-52. */
class TwinAndMethodTest {
    private final MemoryHub hub = new MemoryHub();
    private final Wire device = Wire.connected(hub, Wire.DEVICE);
    private final MemoryHub.MemorySession session = hub.last();

    @Test
    void a_twin_is_given_with_both_versions_and_no_other_keys() {
        device.subscribe(0, "$iothub/twin/res/#");

        device.publish("$iothub/twin/GET/?$rid=4f-1", 0, " ");

        var reply = device.receive(MqttPublishMessage.class);
        assertThat(reply.variableHeader().topicName()).isEqualTo("$iothub/twin/res/200/?$rid=4f-1");
        assertThat(Wire.text(reply))
                .isEqualTo("{\"desired\":{\"rate\":5,\"$version\":4},\"reported\":{\"state\":1,\"$version\":7}}");
        assertThat(reply.fixedHeader().qosLevel()).isEqualTo(MqttQoS.AT_MOST_ONCE);
    }

    @Test
    void a_request_with_quality_1_is_acknowledged_and_answered() {
        device.subscribe(1, "$iothub/twin/res/#");

        device.publish("$iothub/twin/GET/?$rid=1", 1, "");

        device.receive(MqttPubAckMessage.class);
        assertThat(device.receive(MqttPublishMessage.class).variableHeader().topicName())
                .isEqualTo("$iothub/twin/res/200/?$rid=1");
    }

    @Test
    void a_change_of_reported_properties_is_answered_with_the_new_version() {
        device.subscribe(0, "$iothub/twin/res/#");

        device.publish("$iothub/twin/PATCH/properties/reported/?$rid=2&$version=7", 0, "{\"a\":null,\"b\":{\"c\":1}}");

        assertThat(device.receive(MqttPublishMessage.class).variableHeader().topicName())
                .isEqualTo("$iothub/twin/res/204/?$rid=2&$version=8");
        assertThat(session.reports).extracting(Object::toString).containsExactly("{\"a\":null,\"b\":{\"c\":1}}");
    }

    @Test
    void a_change_of_another_version_is_answered_412_and_not_made() {
        device.subscribe(0, "$iothub/twin/res/#");

        device.publish("$iothub/twin/PATCH/properties/reported/?$rid=2&$version=6", 0, "{\"a\":1}");

        assertThat(device.receive(MqttPublishMessage.class).variableHeader().topicName())
                .isEqualTo("$iothub/twin/res/412/?$rid=2");
        assertThat(session.reports).isEmpty();
        assertThat(device.isOpen()).isTrue();
    }

    @Test
    void a_version_that_the_hub_does_not_know_is_left_out() {
        device.subscribe(0, "$iothub/twin/res/#");
        session.onReport = () -> CompletableFuture.completedFuture(OptionalLong.empty());

        device.publish("$iothub/twin/PATCH/properties/reported/?$rid=2", 0, "{}");

        assertThat(device.receive(MqttPublishMessage.class).variableHeader().topicName())
                .isEqualTo("$iothub/twin/res/204/?$rid=2");
    }

    @Test
    void a_change_without_rid_is_made_without_an_answer() {
        device.subscribe(0, "$iothub/twin/res/#");

        device.publish("$iothub/twin/PATCH/properties/reported/", 0, "{\"a\":1}");

        assertThat(session.reports).hasSize(1);
        assertThat(device.next()).isNull();
    }

    @Test
    void what_is_not_a_json_object_is_answered_400_and_the_connection_stays() {
        device.subscribe(0, "$iothub/twin/res/#");

        for (String bad : new String[] {"{\"a\":", "[1]", "", "{} {}", "{".repeat(5000), "\u0001"}) {
            device.publish("$iothub/twin/PATCH/properties/reported/?$rid=x", 0, bad);
            assertThat(device.receive(MqttPublishMessage.class).variableHeader().topicName())
                    .as(bad)
                    .isEqualTo("$iothub/twin/res/400/?$rid=x");
        }

        assertThat(device.isOpen()).isTrue();
        assertThat(session.reports).isEmpty();
    }

    @Test
    void a_change_larger_than_a_twin_is_answered_413() {
        device.subscribe(0, "$iothub/twin/res/#");

        device.publish("$iothub/twin/PATCH/properties/reported/?$rid=x", 0, "{\"a\":\"" + "y".repeat(70_000) + "\"}");

        assertThat(device.receive(MqttPublishMessage.class).variableHeader().topicName())
                .isEqualTo("$iothub/twin/res/413/?$rid=x");
    }

    @Test
    void a_refusal_has_its_status() {
        device.subscribe(0, "$iothub/twin/res/#");
        session.onReport = () -> MemoryHub.refuse(new Refusal.Invalid("depth 11 (expected in this test)"));
        session.onTwin = () -> MemoryHub.refuse(new Refusal.Unavailable("offline (expected in this test)"));

        device.publish("$iothub/twin/PATCH/properties/reported/?$rid=1", 0, "{}");
        device.publish("$iothub/twin/GET/?$rid=2", 0, "");

        assertThat(device.receive(MqttPublishMessage.class).variableHeader().topicName())
                .isEqualTo("$iothub/twin/res/400/?$rid=1");
        assertThat(device.receive(MqttPublishMessage.class).variableHeader().topicName())
                .isEqualTo("$iothub/twin/res/503/?$rid=2");
    }

    @Test
    void a_client_with_64_open_requests_is_not_read_any_further() {
        device.subscribe(0, "$iothub/twin/res/#");
        session.onTwin = CompletableFuture::new;

        for (int i = 0; i < 64; i++) {
            device.publish("$iothub/twin/GET/?$rid=" + i, 0, "");
        }

        assertThat(device.server.config().isAutoRead()).isFalse();
    }

    @Test
    void a_desired_change_goes_out_with_its_version_in_topic_and_body() {
        device.subscribe(1, "$iothub/twin/PATCH/properties/desired/#");

        session.link.desired(new TwinPatch(JsonNodeFactory.instance.objectNode().put("rate", 6), 5));

        var packet = device.receive(MqttPublishMessage.class);
        assertThat(packet.variableHeader().topicName()).isEqualTo("$iothub/twin/PATCH/properties/desired/?$version=5");
        assertThat(Wire.text(packet)).isEqualTo("{\"rate\":6,\"$version\":5}");
    }

    @Test
    void without_a_subscription_nothing_is_told() {
        session.link.desired(new TwinPatch(JsonNodeFactory.instance.objectNode(), 5));
        session.link.invoke(call("7f"));

        assertThat(device.next()).isNull();
    }

    @Test
    void a_method_is_called_and_its_answer_reaches_the_hub_unchanged() {
        device.subscribe(0, "$iothub/methods/POST/#");
        session.link.invoke(call("7f"));
        var request = device.receive(MqttPublishMessage.class);
        assertThat(request.variableHeader().topicName()).isEqualTo("$iothub/methods/POST/re boot/?$rid=7f");
        assertThat(Wire.text(request)).isEqualTo("{\"in\":1}");

        device.publish("$iothub/methods/res/-3/?$rid=7f", 1, "{\"ok\":true}");

        assertThat(session.results).containsExactly("7f -3 {\"ok\":true}");
    }

    @Test
    void an_answer_without_a_number_for_its_status_counts_as_400000() {
        device.publish("$iothub/methods/res/fine/?$rid=7f", 0, "");

        assertThat(session.results).containsExactly("7f 400000 ");
    }

    @Test
    void many_calls_go_out_in_order() {
        device.subscribe(0, "$iothub/methods/POST/#");

        for (int i = 0; i < 50; i++) {
            session.link.invoke(call("r" + i));
        }

        for (int i = 0; i < 50; i++) {
            assertThat(device.receive(MqttPublishMessage.class).variableHeader().topicName())
                    .endsWith("$rid=r" + i);
        }
    }

    private static MethodCall call(String requestId) {
        return new MethodCall(
                requestId, "re boot", "{\"in\":1}".getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(30));
    }
}
