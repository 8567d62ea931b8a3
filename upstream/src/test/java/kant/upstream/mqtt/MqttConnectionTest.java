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
import kant.model.message.Feature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One connection, packet by packet, with a clock that stands still. */
class MqttConnectionTest {
    private static final MqttLinkConfig CONFIG = Given.config(2, 4);
    private static final Duration PING_AFTER = CONFIG.mqtt().pingAfter();
    private static final Duration PING_TIMEOUT = CONFIG.mqtt().pingTimeout();

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
        assertThat(Refusals.refusal(refused)).isInstanceOf(Refusal.Invalid.class);
    }

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

        assertThat(Refusals.refusal(send(parent, "too many"))).isInstanceOf(Refusal.LimitExceeded.class);
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
            var _ = sent.whenComplete((_, failure) -> parent.told.add(name + " " + Refusals.refusalOf(failure)));
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
        assertThat(Refusals.refusal(sent)).isInstanceOf(Refusal.Unavailable.class);
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
        assertThat(Refusals.refusal(sent)).isInstanceOf(Refusal.Unavailable.class);
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
}
