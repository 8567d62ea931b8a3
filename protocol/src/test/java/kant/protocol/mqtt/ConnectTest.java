package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CONNECT and what follows it: reference/device-protocols.md §1.2, §1.3 and checklist 1-24. */
class ConnectTest {
    private final MemoryHub hub = new MemoryHub();
    private final Wire wire = Wire.to(hub);

    @Test
    void a_device_with_a_token_is_accepted_and_the_hub_learns_who_it_is() {
        wire.send(Wire.connect(
                Wire.DEVICE,
                wire.time,
                c -> c.username(
                        "hub.kant.test/dev1/?DeviceClientType=p%20q&model-id=dtmi:x;1&api-version=2021-04-12")));

        assertThat(code()).isZero();
        assertThat(hub.last().client.identity()).isEqualTo(Wire.DEVICE);
        assertThat(hub.last().client.product()).isEqualTo("p q");
        assertThat(hub.last().client.modelId()).isEqualTo("dtmi:x;1");
        assertThat(hub.last().client.persistent()).isFalse();
        assertThat(hub.last().credential).isInstanceOf(Credential.Token.class);
    }

    @Test
    void a_module_is_accepted() {
        wire.send(Wire.connect(Wire.MODULE, wire.time, c -> {}));

        assertThat(code()).isZero();
        assertThat(hub.last().client.identity()).isEqualTo(Wire.MODULE);
    }

    @Test
    void a_client_that_acts_for_another_brings_its_chain() {
        wire.send(Wire.connect(
                Wire.DEVICE,
                wire.time,
                c -> c.username("h/dev1/?api-version=2020-09-30&auth-chain=dev1%3Bchild%2Fmod%3Bchild")));

        assertThat(code()).isZero();
        assertThat(hub.last().client.authChain())
                .containsExactly(Wire.DEVICE, IdentityId.module("child", "mod"), IdentityId.device("child"));
    }

    @Test
    void a_client_id_that_is_not_the_user_names_identity_is_refused_with_5() {
        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> c.clientId("DEV1")));

        assertThat(code()).isEqualTo(5);
        assertThat(wire.isOpen()).isFalse();
        assertThat(hub.sessions).isEmpty();
    }

    @Test
    void a_user_name_without_api_version_is_refused_with_3() {
        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> c.username("hub/dev1/?DeviceClientType=x")));

        assertThat(code()).isEqualTo(3);
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void no_user_name_is_refused_with_3() {
        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> c.hasUser(false).hasPassword(false)));

        assertThat(code()).isEqualTo(3);
    }

    @Test
    void a_password_that_is_no_token_is_refused_with_5() {
        wire.send(
                Wire.connect(Wire.DEVICE, wire.time, c -> c.password("open sesame".getBytes(StandardCharsets.UTF_8))));

        assertThat(code()).isEqualTo(5);
        assertThat(hub.sessions).isEmpty();
    }

    @Test
    void a_client_that_shows_nothing_is_left_to_the_hub() {
        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> c.hasPassword(false)));

        assertThat(code()).isZero();
        assertThat(hub.last().credential).isInstanceOf(Credential.None.class);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(new Refusal.Unauthorized("r"), 5),
                Arguments.of(new Refusal.NotFound("r"), 5),
                Arguments.of(new Refusal.AlreadyExists("r"), 3),
                Arguments.of(new Refusal.Invalid("r"), 3),
                Arguments.of(new Refusal.PreconditionFailed("r"), 3),
                Arguments.of(new Refusal.TooLarge("r"), 3),
                Arguments.of(new Refusal.StoreFull("r"), 3),
                Arguments.of(new Refusal.LimitExceeded("r"), 3),
                Arguments.of(new Refusal.NotConnected("r"), 3),
                Arguments.of(new Refusal.TimedOut("r"), 3),
                Arguments.of(new Refusal.Unavailable("r"), 3));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_refusal_of_the_hub_has_its_code(Refusal refusal, int expected) {
        hub.onOpen = () -> MemoryHub.refuse(refusal);

        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> {}));

        assertThat(code()).isEqualTo(expected);
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_hub_that_does_not_answer_in_time_is_answered_for_with_3() {
        var late = new CompletableFuture<Void>();
        hub.onOpen = () -> late;
        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> {}));
        assertThat(wire.next()).isNull();

        wire.advance(Duration.ofSeconds(61));

        assertThat(code()).isEqualTo(3);
        assertThat(wire.isOpen()).isFalse();
        late.complete(null);
        wire.server.runPendingTasks();
        assertThat(hub.last().closed).as("the session that came too late").isEqualTo(1);
    }

    @Test
    void what_comes_while_the_hub_decides_is_handled_afterwards_in_order() {
        var decision = new CompletableFuture<Void>();
        hub.onOpen = () -> decision;
        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> {}));
        int first = wire.publish("devices/dev1/messages/events/", 1, "1");
        int second = wire.publish("devices/dev1/messages/events/", 1, "2");
        assertThat(wire.next()).isNull();

        decision.complete(null);

        assertThat(code()).isZero();
        assertThat(wire.acknowledgements()).containsExactly(first, second);
        assertThat(hub.last().sent).extracting(m -> new String(m.payload())).containsExactly("1", "2");
    }

    @Test
    void a_restored_session_is_present_and_flows_without_subscribe() {
        hub.restored.add(Feature.CLOUD_TO_DEVICE);

        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> c.cleanSession(false)));

        var connack = wire.receive(MqttConnAckMessage.class);
        assertThat(connack.variableHeader().isSessionPresent()).isTrue();
        assertThat(hub.last().client.persistent()).isTrue();
    }

    @Test
    void a_clean_session_is_not_present() {
        hub.restored.add(Feature.CLOUD_TO_DEVICE);

        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> c.cleanSession(true)));

        assertThat(wire.receive(MqttConnAckMessage.class).variableHeader().isSessionPresent())
                .isFalse();
    }

    @Test
    void MQTT_3_1_2_2_another_protocol_level_is_answered_1() {
        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> c.protocolVersion(MqttVersion.MQTT_3_1)));

        assertThat(code()).isEqualTo(1);
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void MQTT_3_1_2_2_an_unknown_protocol_level_is_answered_1() {
        byte[] connect = wire.encode(Wire.connect(Wire.DEVICE, wire.time, c -> {}));
        connect[connect[1] < 0 ? 9 : 8] = 9;

        wire.sendBytes(connect);

        assertThat(code()).isEqualTo(1);
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_socket_without_connect_is_closed_after_60_s() {
        wire.advance(Duration.ofSeconds(59));
        assertThat(wire.isOpen()).isTrue();

        wire.advance(Duration.ofSeconds(2));

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void MQTT_3_1_0_1_another_first_packet_closes() {
        wire.publish("devices/dev1/messages/events/", 1, "x");

        assertThat(wire.isOpen()).isFalse();
        assertThat(hub.sessions).isEmpty();
    }

    @Test
    void MQTT_3_1_0_2_a_second_connect_closes() {
        Wire in = Wire.connected(hub, Wire.DEVICE);

        in.send(Wire.connect(Wire.DEVICE, in.time, c -> {}));

        assertThat(in.isOpen()).isFalse();
        assertThat(hub.last().closed).isEqualTo(1);
    }

    @Test
    void MQTT_3_1_2_24_a_silent_client_is_closed_after_one_and_a_half_keep_alives() {
        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> c.keepAlive(2)));
        assertThat(code()).isZero();

        wire.advance(Duration.ofMillis(2900));
        assertThat(wire.isOpen()).isTrue();
        wire.advance(Duration.ofMillis(200));

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_ping_is_answered_and_keeps_the_connection() {
        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> c.keepAlive(2)));
        assertThat(code()).isZero();

        for (int i = 0; i < 5; i++) {
            wire.advance(Duration.ofSeconds(2));
            wire.plain(MqttMessageType.PINGREQ);
            assertThat(wire.next().fixedHeader().messageType()).isEqualTo(MqttMessageType.PINGRESP);
        }

        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void a_client_without_keep_alive_is_closed_after_10_minutes_of_silence() {
        wire.send(Wire.connect(Wire.DEVICE, wire.time, c -> {
            c.keepAlive(0);
            c.password(
                    Wire.token(Wire.DEVICE, wire.time.now().plusSeconds(86_400)).getBytes(StandardCharsets.UTF_8));
        }));
        assertThat(code()).isZero();

        wire.advance(Duration.ofMinutes(9));
        assertThat(wire.isOpen()).isTrue();
        wire.advance(Duration.ofMinutes(2));

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_connection_ends_when_its_token_has_run_out() {
        wire.send(Wire.connect(
                Wire.DEVICE,
                wire.time,
                c -> c.keepAlive(0)
                        .password(Wire.token(Wire.DEVICE, wire.time.now().plusSeconds(60))
                                .getBytes(StandardCharsets.UTF_8))));
        assertThat(code()).isZero();

        wire.advance(MqttConfig.TOKEN_SKEW.plusSeconds(59));
        assertThat(wire.isOpen()).isTrue();
        wire.advance(Duration.ofSeconds(2));

        assertThat(wire.isOpen()).isFalse();
        assertThat(hub.last().closed).isEqualTo(1);
    }

    @Test
    void a_token_without_an_end_keeps_its_connection() {
        wire.send(Wire.connect(
                Wire.DEVICE,
                wire.time,
                c -> c.password(("SharedAccessSignature sr=a&sig=AA%3D%3D&se=" + Long.MAX_VALUE)
                        .getBytes(StandardCharsets.UTF_8))));

        assertThat(code()).isZero();
        wire.advance(Duration.ofSeconds(200));
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void one_client_too_many_is_answered_3_and_a_place_is_free_when_one_has_gone() {
        var time = new TestTime();
        HeadContext head = Wire.head(hub, time, 1);
        Wire first = new Wire(hub, time, head);
        first.send(Wire.connect(Wire.DEVICE, time, c -> {}));
        Wire second = new Wire(hub, time, head);
        second.send(Wire.connect(Wire.MODULE, time, c -> {}));

        assertThat(second.receive(MqttConnAckMessage.class).variableHeader().connectReturnCode())
                .isEqualTo(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);

        first.plain(MqttMessageType.DISCONNECT);
        Wire third = new Wire(hub, time, head);
        third.send(Wire.connect(Wire.MODULE, time, c -> {}));
        assertThat(third.receive(MqttConnAckMessage.class).variableHeader().connectReturnCode())
                .isEqualTo(MqttConnectReturnCode.CONNECTION_ACCEPTED);
    }

    @Test
    void a_client_that_comes_again_takes_its_own_place_and_the_older_connection_is_closed() {
        var time = new TestTime();
        HeadContext head = Wire.head(hub, time, 1);
        Wire older = new Wire(hub, time, head);
        older.send(Wire.connect(Wire.DEVICE, time, c -> {}));
        Wire newer = new Wire(hub, time, head);

        newer.send(Wire.connect(Wire.DEVICE, time, c -> {}));

        assertThat(newer.receive(MqttConnAckMessage.class).variableHeader().connectReturnCode())
                .isEqualTo(MqttConnectReturnCode.CONNECTION_ACCEPTED);
        assertThat(older.isOpen()).isFalse();
        assertThat(newer.isOpen()).isTrue();
        assertThat(head.admission().size()).isEqualTo(1);
    }

    @Test
    void a_broken_connection_has_its_will_sent_with_a_mark_before_the_session_closes() {
        wire.send(Wire.connect(
                Wire.DEVICE,
                wire.time,
                c -> c.willFlag(true)
                        .willTopic("devices/dev1/messages/events/%24.ct=text&k=v")
                        .willMessage("farewell".getBytes(StandardCharsets.UTF_8))));
        assertThat(code()).isZero();

        wire.cut();

        var will = hub.last().sent.getFirst();
        assertThat(new String(will.payload())).isEqualTo("farewell");
        assertThat(will.properties())
                .containsEntry("iothub-MessageType", "Will")
                .containsEntry("k", "v");
        assertThat(hub.last().closed).isEqualTo(1);
    }

    @Test
    void MQTT_3_14_4_3_disconnect_forgets_the_will() {
        wire.send(Wire.connect(
                Wire.DEVICE,
                wire.time,
                c -> c.willFlag(true)
                        .willTopic("devices/dev1/messages/events/")
                        .willMessage("farewell".getBytes(StandardCharsets.UTF_8))));
        assertThat(code()).isZero();

        wire.plain(MqttMessageType.DISCONNECT);

        assertThat(wire.isOpen()).isFalse();
        assertThat(hub.last().sent).isEmpty();
        assertThat(hub.last().closed).isEqualTo(1);
    }

    @Test
    void a_will_for_somebody_else_is_refused_with_5() {
        wire.send(Wire.connect(
                Wire.DEVICE,
                wire.time,
                c -> c.willFlag(true)
                        .willTopic("devices/dev2/messages/events/")
                        .willMessage("farewell".getBytes(StandardCharsets.UTF_8))));

        assertThat(code()).isEqualTo(5);
    }

    private int code() {
        return wire.receive(MqttConnAckMessage.class)
                .variableHeader()
                .connectReturnCode()
                .byteValue();
    }
}
