package kant.upstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Feature;
import kant.upstream.RecordingListener.Delivered;
import kant.upstream.RecordingListener.Desired;
import kant.upstream.RecordingListener.Invoked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection, packet by packet, with a clock that stands still. */
class MqttConnectionTest {
    private static final MqttLinkConfig CONFIG = Given.config(2, 4);
    private static final Duration PING_AFTER = CONFIG.mqtt().pingAfter();
    private static final Duration PING_TIMEOUT = CONFIG.mqtt().pingTimeout();

    // ---- login

    @Test
    void it_logs_in_with_a_clean_session_and_no_will() {
        var parent = new ScriptedConnection(Given.MODULE, CONFIG);

        MqttConnectMessage connect = parent.expect(MqttConnectMessage.class);

        assertThat(connect.payload().clientIdentifier()).isEqualTo("d1/m1");
        assertThat(connect.payload().userName()).isEqualTo("hub.kant.test/d1/m1/?api-version=2021-04-12");
        assertThat(connect.payload().passwordInBytes()).isEqualTo("token".getBytes(StandardCharsets.UTF_8));
        assertThat(connect.variableHeader().isCleanSession()).isTrue();
        assertThat(connect.variableHeader().isWillFlag()).isFalse();
        assertThat(connect.variableHeader().version()).isEqualTo(4);
        assertThat(connect.variableHeader().keepAliveTimeSeconds()).isEqualTo(60);
    }

    @ParameterizedTest
    @EnumSource(
            value = MqttConnectReturnCode.class,
            names = {
                "CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD",
                "CONNECTION_REFUSED_NOT_AUTHORIZED",
            })
    void codes_4_and_5_mean_that_the_identity_is_refused(MqttConnectReturnCode code) {
        var parent = new ScriptedConnection(Given.DEVICE, CONFIG);

        parent.connack(code);

        assertThat(parent.told).singleElement().asString().startsWith("refused: Unauthorized");
        assertThat(parent.channel.isOpen()).isFalse();
    }

    @Test
    void code_3_means_try_again() {
        var parent = new ScriptedConnection(Given.DEVICE, CONFIG);

        parent.connack(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);

        assertThat(parent.told).containsExactly("lost: the parent is not available (CONNACK 3)");
    }

    @Test
    void a_packet_before_connack_ends_the_connection() {
        var parent = new ScriptedConnection(Given.DEVICE, CONFIG);

        parent.pingresp();

        assertThat(parent.told).containsExactly("lost: the parent broke the protocol: PINGRESP came before CONNACK");
    }

    // ---- subscriptions

    @Test
    void all_subscriptions_are_restored_before_it_is_ready() {
        var parent = new ScriptedConnection(
                Given.MODULE, CONFIG, Feature.METHODS, Feature.DESIRED, Feature.INPUTS, Feature.CLOUD_TO_DEVICE);
        parent.expect(MqttConnectMessage.class);

        parent.connack(MqttConnectReturnCode.CONNECTION_ACCEPTED);
        var subscribe = parent.expect(MqttSubscribeMessage.class);

        assertThat(filters(subscribe))
                .containsExactlyInAnyOrder(
                        "$iothub/twin/res/#",
                        "$iothub/methods/POST/#",
                        "$iothub/twin/PATCH/properties/desired/#",
                        "devices/d1/modules/m1/inputs/#",
                        "devices/d1/modules/m1/messages/devicebound/#");
        assertThat(parent.told).isEmpty();

        parent.suback(subscribe);

        assertThat(parent.told).containsExactly("ready");
    }

    @Test
    void what_is_wanted_while_the_answer_is_on_its_way_is_restored_too() {
        var parent = new ScriptedConnection(Given.DEVICE, CONFIG, Feature.DESIRED);
        parent.expect(MqttConnectMessage.class);
        parent.connack(MqttConnectReturnCode.CONNECTION_ACCEPTED);
        var first = parent.expect(MqttSubscribeMessage.class);

        parent.wanted.remove(Feature.DESIRED);
        parent.wanted.add(Feature.METHODS);
        parent.suback(first);
        var dropped = parent.expect(MqttUnsubscribeMessage.class);
        var second = parent.expect(MqttSubscribeMessage.class);

        assertThat(dropped.payload().topics()).containsExactly("$iothub/twin/PATCH/properties/desired/#");
        assertThat(filters(second)).containsExactly("$iothub/methods/POST/#");
        assertThat(parent.told).isEmpty();

        parent.suback(second);

        assertThat(parent.told).containsExactly("ready");
    }

    @Test
    void a_subscription_that_the_parent_refuses_does_not_keep_the_rest_down() {
        var parent = new ScriptedConnection(Given.DEVICE, CONFIG, Feature.METHODS);
        parent.expect(MqttConnectMessage.class);
        parent.connack(MqttConnectReturnCode.CONNECTION_ACCEPTED);

        parent.suback(parent.expect(MqttSubscribeMessage.class), 1, 0x80);

        assertThat(parent.told).containsExactly("ready");
        assertThat(parent.connection.has(Feature.METHODS))
                .as("so that it is asked for again")
                .isFalse();
    }

    @Test
    void a_new_subscription_is_done_when_the_parent_says_so_and_refused_when_it_says_that() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);

        var granted = parent.connection.subscribe(Feature.METHODS);
        assertThat(granted).isNotDone();
        parent.suback(parent.expect(MqttSubscribeMessage.class));
        var refused = parent.connection.subscribe(Feature.DESIRED);
        parent.suback(parent.expect(MqttSubscribeMessage.class), 0x80);

        assertThat(granted).isCompleted();
        assertThat(refusal(refused)).isInstanceOf(Refusal.Invalid.class);
    }

    // ---- messages up

    @Test
    void messages_are_pipelined_up_to_the_window_and_done_when_acknowledged_in_any_order() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);

        var one = send(parent, "1");
        var two = send(parent, "2");
        var three = send(parent, "3");
        var first = parent.expect(MqttPublishMessage.class);
        var second = parent.expect(MqttPublishMessage.class);
        parent.expectNothing();

        assertThat(ScriptedConnection.text(first)).isEqualTo("1");
        assertThat(first.fixedHeader().qosLevel()).isEqualTo(MqttQoS.AT_LEAST_ONCE);
        assertThat(one).isNotDone();

        parent.puback(second);

        assertThat(two).isCompleted();
        assertThat(one).isNotDone();
        var third = parent.expect(MqttPublishMessage.class);
        assertThat(ScriptedConnection.text(third)).isEqualTo("3");
        assertThat(third.variableHeader().packetId())
                .isNotIn(first.variableHeader().packetId(), 0);

        parent.puback(first);
        parent.puback(third);

        assertThat(one).isCompleted();
        assertThat(three).isCompleted();
    }

    @Test
    void more_than_the_window_is_refused() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);
        for (int i = 0; i < 4; i++) {
            assertThat(send(parent, "fits")).isNotDone();
        }

        assertThat(refusal(send(parent, "too many"))).isInstanceOf(Refusal.LimitExceeded.class);
    }

    @Test
    void a_second_acknowledgement_is_ignored_and_one_of_the_wrong_kind_ends_the_connection() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);
        var _ = send(parent, "1");
        var first = parent.expect(MqttPublishMessage.class);
        parent.puback(first);

        parent.puback(first);

        assertThat(parent.told).isEmpty();

        var _ = send(parent, "2");
        var second = parent.expect(MqttPublishMessage.class);
        parent.acknowledge(MqttMessageType.UNSUBACK, second.variableHeader().packetId());

        assertThat(parent.told).singleElement().asString().contains("was answered by UNSUBACK, not by PUBACK");
    }

    @Test
    void a_loss_is_told_first_and_then_everything_unfinished_fails_in_order() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String name = "message " + i;
            var sent = send(parent, name);
            var _ = sent.whenComplete((_, failure) -> parent.told.add(name + " " + refusalOf(failure)));
            all.add(sent);
        }

        parent.channel.close();
        parent.channel.runPendingTasks();

        assertThat(parent.told)
                .containsExactly(
                        "lost: the parent closed the connection",
                        "message 0 Unavailable",
                        "message 1 Unavailable",
                        "message 2 Unavailable",
                        "message 3 Unavailable");
        assertThat(all).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    // ---- liveness

    @Test
    void a_silent_parent_is_pinged_and_lost_when_it_stays_silent() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);

        parent.pass(PING_AFTER.minusMillis(1));
        parent.expectNothing();
        parent.pass(Duration.ofMillis(1));
        parent.expect(MqttMessageType.PINGREQ);
        parent.pass(PING_TIMEOUT.minusMillis(1));

        assertThat(parent.told).isEmpty();

        parent.pass(Duration.ofMillis(1));

        assertThat(parent.told).containsExactly("lost: the parent did not answer a ping within 10000 ms");
        assertThat(parent.channel.isOpen()).isFalse();
    }

    @Test
    void a_parent_that_answers_pings_is_never_lost() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);

        for (int i = 0; i < 100; i++) {
            parent.pass(PING_AFTER);
            parent.expect(MqttMessageType.PINGREQ);
            parent.pingresp();
        }

        assertThat(parent.told).isEmpty();
    }

    @Test
    void a_parent_that_only_talks_is_pinged_so_that_it_hears_us() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);

        parent.pass(PING_AFTER.dividedBy(2));
        parent.publish(MqttQoS.AT_MOST_ONCE, -1, "$iothub/methods/POST/m/?$rid=1", "");
        parent.pass(PING_AFTER.dividedBy(2));

        parent.expect(MqttMessageType.PINGREQ);
    }

    @Test
    void a_parent_that_answers_pings_but_acknowledges_nothing_is_lost() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);
        var sent = send(parent, "1");

        for (int i = 0; i < 2; i++) {
            parent.pass(PING_AFTER);
            parent.pingresp();
        }
        assertThat(parent.told).isEmpty();
        parent.pass(PING_AFTER);

        assertThat(parent.told).containsExactly("lost: the parent did not acknowledge within 60 s");
        assertThat(refusal(sent)).isInstanceOf(Refusal.Unavailable.class);
    }

    @Test
    void an_unreadable_packet_ends_the_connection() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);

        parent.receive(new MqttMessage(
                null, null, null, DecoderResult.failure(new io.netty.handler.codec.DecoderException("garbage"))));

        assertThat(parent.told).containsExactly("lost: the parent sent an unreadable packet: garbage");
    }

    @Test
    void a_packet_that_only_servers_get_ends_the_connection() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);

        parent.receive(MqttMessage.PINGREQ);

        assertThat(parent.told).singleElement().asString().contains("PINGREQ is not for clients");
    }

    // ---- twins

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

        assertThat(refusal(request.result())).isInstanceOf(Refusal.TimedOut.class);
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

        assertThat(refusal(request.result()).getClass().getSimpleName()).isEqualTo(row.substring(4));
        assertThat(refusal(request.result()).reason()).contains(status);
    }

    @Test
    void a_twin_that_is_no_json_fails_the_request_alone() throws Exception {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);
        var request = parent.connection.twins().get();

        parent.publish(MqttQoS.AT_MOST_ONCE, -1, "$iothub/twin/res/200/?$rid=" + request.requestId(), "{\"des");

        assertThat(refusal(request.result())).isInstanceOf(Refusal.Invalid.class);
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

    // ---- what comes down

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

    // ---- the end

    @Test
    void draining_waits_for_what_is_in_flight() throws Exception {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);
        var sent = send(parent, "1");
        var publish = parent.expect(MqttPublishMessage.class);
        var request = parent.connection.twins().get();

        parent.connection.drain();
        parent.puback(publish);

        assertThat(parent.told).isEmpty();
        assertThat(sent).isCompleted();

        parent.publish(MqttQoS.AT_MOST_ONCE, -1, "$iothub/twin/res/200/?$rid=" + request.requestId(), "{}");

        assertThat(parent.told).containsExactly("drained");
    }

    @Test
    void draining_with_nothing_in_flight_is_done_at_once() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);

        parent.connection.drain();

        assertThat(parent.told).containsExactly("drained");
    }

    @Test
    void closing_says_goodbye_fails_what_is_left_and_tells_nothing() {
        var parent = ScriptedConnection.ready(Given.DEVICE, CONFIG);
        var sent = send(parent, "1");
        parent.expect(MqttPublishMessage.class);

        parent.connection.close();

        parent.expect(MqttMessageType.DISCONNECT);
        assertThat(parent.channel.isOpen()).isFalse();
        assertThat(refusal(sent)).isInstanceOf(Refusal.Unavailable.class);
        assertThat(parent.told).isEmpty();
    }

    private static CompletableFuture<Void> send(ScriptedConnection parent, String text) {
        var publish = new Request.Publish(
                "devices/d1/messages/events/", text.getBytes(StandardCharsets.UTF_8), new CompletableFuture<>());
        parent.connection.send(publish);
        return publish.done();
    }

    private static List<String> filters(MqttSubscribeMessage subscribe) {
        return subscribe.payload().topicSubscriptions().stream()
                .map(MqttTopicSubscription::topicFilter)
                .toList();
    }

    private static Refusal refusal(CompletableFuture<?> stage) {
        assertThat(stage).isCompletedExceptionally();
        return ((RefusedException)
                        stage.handle((_, failure) -> unwrapped(failure)).join())
                .refusal();
    }

    private static String refusalOf(Throwable failure) {
        return ((RefusedException) failure).refusal().getClass().getSimpleName();
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof RefusedException ? failure : failure.getCause();
    }
}
