package kant.upstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;
import kant.model.error.Refusal;
import kant.model.message.Feature;
import kant.upstream.RecordingListener.Delivered;
import kant.upstream.RecordingListener.Desired;
import kant.upstream.RecordingListener.Invoked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Twins, methods and deliveries on one connection, packet by packet, with a clock that stands still. */
class MqttConnectionFeaturesTest {
    private static final MqttLinkConfig CONFIG = Given.config(2, 4);

    @Test
    void a_twin_is_asked_for_and_read() throws Exception {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);

        var request = parent.connection.twins().get();
        parent.publish(
                MqttQoS.AT_MOST_ONCE,
                -1,
                "$iothub/twin/res/200/?$rid=" + request.requestId(),
                "{\"desired\":{\"rate\":5,\"$version\":7},\"reported\":{\"$version\":3}}");

        var twin = request.result().join();
        assertThat(twin.desired().path("rate").asInt()).isEqualTo(5);
        assertThat(twin.desiredVersion()).isEqualTo(7);
        assertThat(twin.reportedVersion()).isEqualTo(3);
    }

    @Test
    void replies_find_their_requests_and_tell_the_version_where_there_is_one() throws Exception {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);
        var first = parent.connection.twins().patch();
        var second = parent.connection.twins().patch();

        parent.publish(MqttQoS.AT_MOST_ONCE, -1, "$iothub/twin/res/204/?$rid=" + second.requestId(), "");
        parent.publish(
                MqttQoS.AT_LEAST_ONCE, 9, "$iothub/twin/res/204/?$rid=" + first.requestId() + "&$version=12", "");
        parent.publish(MqttQoS.AT_MOST_ONCE, -1, "$iothub/twin/res/204/?$rid=unknown", "");

        assertThat(first.result().join()).hasValue(12);
        assertThat(second.result().join()).isEmpty();
        parent.expect(MqttMessageType.PUBACK);
        assertThat(parent.told).isEmpty();
    }

    @Test
    void a_twin_request_without_reply_times_out_and_the_connection_goes_on() throws Exception {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);
        var request = parent.connection.twins().get();

        parent.pass(CONFIG.mqtt().request());
        parent.pingresp();

        assertThat(Refusals.refusal(request.result())).isInstanceOf(Refusal.TimedOut.class);
        assertThat(parent.told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "400 Invalid",
                "401 Unauthorized",
                "404 NotFound",
                "412 PreconditionFailed",
                "413 TooLarge",
                "429 LimitExceeded",
                "500 Unavailable",
                "503 Unavailable"
            })
    void a_refused_twin_request_says_why(String row) throws Exception {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);
        var request = parent.connection.twins().patch();

        String status = row.substring(0, 3);
        parent.publish(MqttQoS.AT_MOST_ONCE, -1, "$iothub/twin/res/" + status + "/?$rid=" + request.requestId(), "");

        assertThat(Refusals.refusal(request.result()).getClass().getSimpleName())
                .isEqualTo(row.substring(4));
        assertThat(Refusals.refusal(request.result()).reason()).contains(status);
    }

    @Test
    void a_twin_that_is_no_json_fails_the_request_alone() throws Exception {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);
        var request = parent.connection.twins().get();

        parent.publish(MqttQoS.AT_MOST_ONCE, -1, "$iothub/twin/res/200/?$rid=" + request.requestId(), "{\"des");

        assertThat(Refusals.refusal(request.result())).isInstanceOf(Refusal.Invalid.class);
        assertThat(parent.told).isEmpty();
    }

    @Test
    void desired_changes_arrive_without_their_version_in_the_tree() throws Exception {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG, Feature.DESIRED);

        parent.publish(
                MqttQoS.AT_MOST_ONCE,
                -1,
                "$iothub/twin/PATCH/properties/desired/?$version=4",
                "{\"rate\":null,\"$version\":4}");

        var patch = parent.listener.next(Desired.class).patch();
        assertThat(patch.version()).isEqualTo(4);
        assertThat(patch.changes().toString()).isEqualTo("{\"rate\":null}");
    }

    @Test
    void a_method_call_arrives_with_its_id_as_it_stands() throws Exception {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG, Feature.METHODS);

        parent.publish(MqttQoS.AT_LEAST_ONCE, 5, "$iothub/methods/POST/re-boot now/?$rid=a7F%20", "{\"in\":1}");

        var call = parent.listener.next(Invoked.class).call();
        assertThat(call.name()).isEqualTo("re-boot now");
        assertThat(call.requestId()).isEqualTo("a7F%20");
        assertThat(new String(call.payload(), StandardCharsets.UTF_8)).isEqualTo("{\"in\":1}");
        parent.expect(MqttMessageType.PUBACK);
    }

    @Test
    void a_delivery_is_acknowledged_when_settled_and_not_when_given_back() throws Exception {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG, Feature.CLOUD_TO_DEVICE);
        String topic = "devices/d1/messages/devicebound/";

        parent.publish(MqttQoS.AT_LEAST_ONCE, 5, topic + "%24.mid=c%201&k=v%26w", "one");
        parent.publish(MqttQoS.AT_LEAST_ONCE, 6, topic, "two", true);
        parent.publish(MqttQoS.AT_MOST_ONCE, -1, topic, "three");

        var one = parent.listener.next(Delivered.class).delivery();
        var two = parent.listener.next(Delivered.class).delivery();
        var three = parent.listener.next(Delivered.class).delivery();
        assertThat(one.message().systemProperties()).containsEntry("messageId", "c 1");
        assertThat(one.message().properties()).containsEntry("k", "v&w");
        assertThat(one.message().sender()).isEqualTo(Given.DEVICE);
        assertThat(one.deliveryCount()).isZero();
        assertThat(two.deliveryCount()).isEqualTo(1);
        parent.expectNothing();

        parent.connection.release(two.id());
        parent.connection.acknowledge(three.id());
        parent.connection.acknowledge(4711);
        parent.expectNothing();
        parent.connection.acknowledge(one.id());
        parent.connection.acknowledge(one.id());

        parent.expect(MqttMessageType.PUBACK);
        parent.expectNothing();
    }

    @Test
    void a_message_for_an_input_names_its_sender_and_its_input() throws Exception {
        var parent = ScriptedConnection.ready(Given.MODULE, CONFIG, Feature.INPUTS);

        parent.publish(
                MqttQoS.AT_LEAST_ONCE,
                5,
                "devices/d1/modules/m1/inputs/in1/%24.cdid=leaf&%24.cmid=m9&%24.on=out&k=v",
                "hi");

        var delivery = parent.listener.next(Delivered.class).delivery();
        assertThat(delivery.input()).isEqualTo("in1");
        assertThat(delivery.message().sender().text()).isEqualTo("leaf/m9");
        assertThat(delivery.message().properties()).containsExactly(java.util.Map.entry("k", "v"));
    }

    @Test
    void what_cannot_be_read_is_acknowledged_so_that_it_does_not_come_back_for_ever() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG, Feature.CLOUD_TO_DEVICE, Feature.DESIRED);

        parent.publish(MqttQoS.AT_LEAST_ONCE, 5, "devices/d1/messages/devicebound/a=b=c", "bad bag");
        parent.expect(MqttMessageType.PUBACK);
        parent.publish(MqttQoS.AT_LEAST_ONCE, 6, "who/knows", "bad topic");
        parent.expect(MqttMessageType.PUBACK);
        parent.publish(MqttQoS.AT_LEAST_ONCE, 7, "$iothub/twin/PATCH/properties/desired/?$version=4", "[1]");
        parent.expect(MqttMessageType.PUBACK);

        assertThat(parent.listener.nextNow()).isNull();
        assertThat(parent.told).isEmpty();
    }

    @Test
    void a_message_at_qos_2_ends_the_connection() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG, Feature.CLOUD_TO_DEVICE);

        parent.publish(MqttQoS.EXACTLY_ONCE, 5, "devices/d1/messages/devicebound/", "two");

        assertThat(parent.told).singleElement().asString().contains("EXACTLY_ONCE");
    }

    @Test
    void a_parent_that_sends_without_end_is_cut_off() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG, Feature.CLOUD_TO_DEVICE);

        for (int i = 1; i <= Unsettled.MOST + 1; i++) {
            parent.publish(MqttQoS.AT_LEAST_ONCE, i, "devices/d1/messages/devicebound/", "more");
        }

        assertThat(parent.told).singleElement().asString().contains("more than 1024 messages at once");
    }
}
