package kant.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.harness.MqttBytes;
import kant.conformance.harness.MqttBytes.Connect;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.Telemetry;
import kant.conformance.wire.WebSocketWire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Checks 1 to 24: who is let in over MQTT, and for how long. Certificates (19, 20) are in {@link CertificateTest}, the limit of
 * clients (23) in {@link HubLifeTest}. The 60 s of check 12 would outlast the suite: {@code protocol/mqtt}'s unit tests let the
 * clock run.
 */
class MqttConnectionTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int ACCEPTED = 0;
    private static final int UNAVAILABLE = 3;
    private static final int UNAUTHORIZED = 5;
    private static final String OTHER_KEY = java.util.Base64.getEncoder().encodeToString(new byte[32]);

    @ParameterizedTest
    @EnumSource
    void check_01_a_device_with_a_valid_token_is_let_in(Hub hub) throws Exception {
        assertThat(hub.mqttCode(hub.device("c1").connect())).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @EnumSource
    void check_02_a_module_with_a_valid_token_is_let_in(Hub hub) throws Exception {
        assertThat(hub.mqttCode(hub.module("c2").connect())).isEqualTo(ACCEPTED);
    }

    @Test
    void check_03_the_edge_hub_takes_the_token_of_a_modules_device() throws Exception {
        SasIdentity leaf = Hub.EDGE_HUB.device("c3");
        SasIdentity module = Doors.open().service().module(leaf.device(), "m");

        var connect = Connect.as(module.clientId(), module.userName(), leaf.token());

        assertThat(Hub.EDGE_HUB.mqttCode(connect)).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @EnumSource
    void check_04_an_expired_token_is_refused_and_the_socket_closed(Hub hub) throws Exception {
        SasIdentity device = hub.device("c4");
        try (MqttSocket client = hub.mqtt()) {
            var expired = Connect.as(device.clientId(), device.userName(), device.token(Duration.ofMinutes(-10)));

            assertThat(client.connect(expired).code()).isIn(4, UNAUTHORIZED);
            assertThat(client.isClosedWithin(SOON)).as("the socket is closed").isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_05_the_secondary_key_is_as_good_and_another_is_not(Hub hub) throws Exception {
        SasIdentity device = hub.device("c5");
        String secondary = Doors.open()
                .service()
                .registered(device.device())
                .at("/authentication/symmetricKey/secondaryKey")
                .asText();

        assertThat(hub.mqttCode(device.withKey(secondary).connect())).isEqualTo(ACCEPTED);
        assertThat(hub.mqttCode(device.withKey(OTHER_KEY).connect())).isEqualTo(UNAUTHORIZED);
    }

    @ParameterizedTest
    @EnumSource
    void check_06_a_resource_is_taken_in_every_spelling(Hub hub) throws Exception {
        SasIdentity device = hub.device("c6");
        String encoded = URLEncoder.encode(device.resource(), StandardCharsets.UTF_8);

        for (String spelling : List.of(device.resource(), encoded, encoded.toLowerCase(Locale.ROOT))) {
            var connect = Connect.as(device.clientId(), device.userName(), device.token(spelling, HOUR));
            assertThat(hub.mqttCode(connect)).as("sr=" + spelling).isEqualTo(ACCEPTED);
        }
    }

    @Test
    void check_07_a_token_for_the_gateway_is_taken_and_for_another_host_is_not() throws Exception {
        SasIdentity leaf = Hub.EDGE_HUB.device("c7");
        String gateway = Doors.NAME + leaf.path();
        String stranger = "other.kant.test" + leaf.path();

        assertThat(Hub.EDGE_HUB.mqttCode(Connect.as(leaf.clientId(), leaf.userName(), leaf.token(gateway, HOUR))))
                .isEqualTo(ACCEPTED);
        assertThat(Hub.EDGE_HUB.mqttCode(Connect.as(leaf.clientId(), leaf.userName(), leaf.token(stranger, HOUR))))
                .isEqualTo(UNAUTHORIZED);
    }

    @ParameterizedTest
    @EnumSource
    void check_08_a_client_id_that_is_not_the_user_names_is_refused(Hub hub) throws Exception {
        SasIdentity device = hub.device("c8");

        assertThat(hub.mqttCode(Connect.as("somebody", device.userName(), device.token())))
                .isEqualTo(UNAUTHORIZED);
    }

    @ParameterizedTest
    @EnumSource
    void check_09_a_user_name_needs_an_api_version(Hub hub) throws Exception {
        SasIdentity device = hub.device("c9");
        String user = device.hub() + "/" + device.device() + "/?DeviceClientType=x";

        assertThat(hub.mqttCode(Connect.as(device.clientId(), user, device.token())))
                .isIn(hub == Hub.EDGE_HUB ? List.of(UNAVAILABLE) : List.of(UNAVAILABLE, 4, UNAUTHORIZED));
    }

    @ParameterizedTest
    @EnumSource
    void check_10_a_model_id_is_seen_on_what_the_device_sends(Hub hub) throws Exception {
        SasIdentity device = hub.device("c10");
        String message = Hub.fresh("modelled");
        try (MqttSocket client = hub.mqtt()) {
            String user = device.userName() + "&model-id=dtmi%3Akant%3Atest%3B1";
            assertThat(client.connect(Connect.as(device.clientId(), user, device.token()))
                            .code())
                    .isEqualTo(ACCEPTED);
            client.send(device.topics() + "messages/events/%24.mid=" + message, "{}");
        }

        assertThat(Doors.open()
                        .telemetry()
                        .await(message)
                        .path("systemProperties")
                        .toString())
                .contains("dtmi:kant:test;1");
    }

    @ParameterizedTest
    @EnumSource
    void check_11_the_old_user_name_without_a_question_mark_is_taken(Hub hub) throws Exception {
        SasIdentity device = hub.device("c11");
        String old = device.hub() + "/" + device.device() + "/api-version=2016-11-14";

        assertThat(hub.mqttCode(Connect.as(device.clientId(), old, device.token())))
                .isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @EnumSource
    void check_12_a_publish_before_a_connect_ends_the_connection(Hub hub) throws Exception {
        try (MqttSocket client = hub.mqtt()) {
            client.publish(0, "devices/nobody/messages/events/", "{}");

            assertThat(client.isClosedWithin(SOON)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_13_a_second_connect_ends_the_connection(Hub hub) throws Exception {
        SasIdentity device = hub.device("c13");
        try (MqttSocket client = hub.mqtt(device)) {
            client.write(MqttBytes.connect(device.clientId(), device.userName(), device.token(), 120));

            assertThat(client.isClosedWithin(SOON)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_14_the_newer_connection_of_an_identity_wins(Hub hub) throws Exception {
        SasIdentity device = hub.device("c14");
        try (MqttSocket first = hub.mqtt(device);
                MqttSocket second = hub.mqtt(device)) {
            assertThat(first.isClosedWithin(SOON)).as("the older is closed").isTrue();

            second.send(device.topics() + "messages/events/", "{}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_15_a_silent_client_is_closed_after_one_and_a_half_keep_alives(Hub hub) throws Exception {
        SasIdentity device = hub.device("c15");
        try (MqttSocket client = hub.mqtt()) {
            client.connect(device.connect().keepAlive(2));
            client.ping();
            long silentSince = System.nanoTime();

            assertThat(client.isClosedWithin(SOON)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - silentSince))
                    .isBetween(Duration.ofMillis(2500), Duration.ofMillis(5500));
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_16_a_persistent_session_keeps_its_subscriptions(Hub hub) throws Exception {
        SasIdentity device = hub.device("c16");
        try (MqttSocket client = hub.mqtt()) {
            assertThat(client.connect(device.connect().persistent()).sessionPresent())
                    .isFalse();
            client.subscribe("$iothub/twin/PATCH/properties/desired/#");
            client.disconnect();
        }
        try (MqttSocket client = hub.mqtt()) {
            assertThat(client.connect(device.connect().persistent()).sessionPresent())
                    .isTrue();

            Doors.open().service().patchTwin(device.clientId(), "{\"rate\":16}");

            assertThat(client.receive().text()).contains("\"rate\":16");
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_17_a_clean_session_forgets_them(Hub hub) throws Exception {
        SasIdentity device = hub.device("c17");
        try (MqttSocket client = hub.mqtt()) {
            client.connect(device.connect().persistent());
            client.subscribe("$iothub/methods/POST/#");
        }
        assertThat(new Connection(hub, device.connect()).sessionPresent()).isFalse();
        assertThat(new Connection(hub, device.connect().persistent()).sessionPresent())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void check_18_a_will_is_sent_after_a_reset_and_not_after_a_disconnect(Hub hub) throws Exception {
        SasIdentity polite = hub.device("c18");
        SasIdentity lost = hub.device("c18");
        String will = Hub.fresh("will");
        try (MqttSocket client = hub.mqtt()) {
            client.connect(polite.connect().will(polite.topics() + "messages/events/%24.mid=polite-" + will, "{}"));
            client.disconnect();
        }
        try (MqttSocket client = hub.mqtt()) {
            client.connect(lost.connect().will(lost.topics() + "messages/events/%24.mid=" + will, "{}"));
            client.reset();
        }

        assertThat(Doors.open()
                        .telemetry()
                        .await(will)
                        .path("properties")
                        .path("iothub-MessageType")
                        .asText())
                .isEqualTo("Will");
        assertThat(Doors.open().telemetry().seen(event -> Telemetry.id(event).equals("polite-" + will)))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void check_21_mqtt_runs_over_a_web_socket(Hub hub) throws Exception {
        SasIdentity device = hub.device("c21");
        String message = Hub.fresh("over-websocket");
        WebSocketWire wire = hub.webSocket("mqtt", 0);
        assertThat(wire.status()).contains("101");
        assertThat(wire.answered()).contains("sec-websocket-protocol: mqtt");
        try (MqttSocket client = MqttSocket.on(wire)) {
            client.connect(device);
            client.send(device.topics() + "messages/events/%24.mid=" + message, "{}");
        }

        Doors.open().telemetry().await(message);
    }

    @ParameterizedTest
    @EnumSource
    void check_22_an_unknown_subprotocol_is_answered_with_400(Hub hub) throws Exception {
        try (WebSocketWire wire = hub.webSocket("soap", 0)) {
            assertThat(wire.status()).contains("400");
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_24_a_disabled_device_is_sent_away_and_not_let_in_again(Hub hub) throws Exception {
        SasIdentity device = hub.device("c24");
        try (MqttSocket client = hub.mqtt(device)) {
            ObjectNode registered = Doors.open().service().registered(device.device());
            Doors.open().service().updateDevice(device.device(), registered.put("status", "disabled"));
            if (hub == Hub.EDGE_HUB) {
                refreshScope(device);
            }

            assertThat(client.isClosedWithin(SOON)).as("it is sent away").isTrue();
            assertThatThrownBy(() -> hub.mqtt(device)).isInstanceOf(IOException.class);
        }
    }

    /** What an operator does who cannot wait for the hourly refresh. */
    private static void refreshScope(SasIdentity device) throws Exception {
        Doors.open()
                .service()
                .method(
                        Doors.DEVICE + "/$edgeHub",
                        "RefreshDeviceScopeIdentityCache",
                        "{\"deviceIds\":[\"" + device.device() + "\"]}")
                .require(200);
    }

    /** One connection, already over. */
    private record Connection(boolean sessionPresent) {
        Connection(Hub hub, Connect connect) throws Exception {
            this(present(hub, connect));
        }

        private static boolean present(Hub hub, Connect connect) throws Exception {
            try (MqttSocket client = hub.mqtt()) {
                return client.connect(connect).sessionPresent();
            }
        }
    }
}
