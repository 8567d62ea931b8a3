package kant.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.harness.SasIdentity;
import kant.conformance.wire.AmqpClient;
import kant.conformance.wire.AmqpClient.Login;
import kant.conformance.wire.AmqpMessage;
import kant.conformance.wire.AmqpReceiver;
import kant.conformance.wire.AmqpSender;
import kant.conformance.wire.Cbs;
import kant.conformance.wire.WebSocketWire;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks 53 to 59 and 70 to 75: how AMQP connections, tokens and links begin and end. */
class AmqpConnectionTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    /** Clocks may differ by five minutes. */
    private static final Duration ALMOST_OVER = Duration.ofSeconds(-294);

    private static final String OTHER_KEY = java.util.Base64.getEncoder().encodeToString(new byte[32]);
    private static final String UNAUTHORIZED = "amqp:unauthorized-access";
    private static final int IDLE_MILLIS = 6000;

    @ParameterizedTest
    @EnumSource
    void check_53_every_way_through_the_sasl_layer_opens(Hub hub) throws Exception {
        SasIdentity device = hub.device("c53");
        for (Login login : new Login[] {Login.NO_SASL, Login.ANONYMOUS, new Login("MSSBCBS", "", "")}) {
            try (AmqpClient client = hub.amqp(login)) {
                assertThat(Cbs.on(client).put(name(hub, device), device.token()))
                        .as(login.toString())
                        .isEqualTo(200);
                send(client, device, Hub.fresh("sasl"));
            }
        }
        String user = device.device() + "@sas." + device.hub().split("\\.")[0];
        try (AmqpClient client = hub.amqp(new Login("PLAIN", user, device.token()))) {
            assertThat(client.mechanisms()).contains("ANONYMOUS", "MSSBCBS", "PLAIN");
            send(client, device, Hub.fresh("plain"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_54_a_token_is_answered_with_an_int_and_its_own_id(Hub hub) throws Exception {
        SasIdentity device = hub.device("c54");
        try (AmqpClient client = hub.amqp(Login.NO_SASL)) {
            Cbs cbs = Cbs.on(client);
            for (Object id : new Object[] {UUID.randomUUID(), "a string", UnsignedLong.valueOf(7)}) {
                AmqpMessage answer = cbs.exchange(
                        Cbs.putToken(name(hub, device), device.token()).id(id));

                assertThat(answer.application("status-code")).isEqualTo(200);
                assertThat(answer.correlation()).isEqualTo(id);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_55_a_malformed_put_token_is_answered_with_400(Hub hub) throws Exception {
        SasIdentity device = hub.device("c55");
        AmqpMessage noName = AmqpMessage.value(device.token())
                .id("1")
                .with("operation", "put-token")
                .with("type", "servicebus.windows.net:sastoken");
        AmqpMessage noType = AmqpMessage.value(device.token())
                .id("2")
                .with("operation", "put-token")
                .with("name", name(hub, device));
        AmqpMessage noToken = Cbs.putToken(name(hub, device), "no token at all").id("3");
        try (AmqpClient client = hub.amqp(Login.NO_SASL)) {
            Cbs cbs = Cbs.on(client);
            for (AmqpMessage bad : new AmqpMessage[] {noName, noType, noToken}) {
                assertThat(cbs.exchange(bad).application("status-code"))
                        .as(bad.toString())
                        .isEqualTo(400);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_56_an_expired_token_is_not_answered_with_200(Hub hub) throws Exception {
        SasIdentity device = hub.device("c56");
        try (AmqpClient client = hub.amqp(Login.NO_SASL)) {
            assertThat(Cbs.on(client).put(name(hub, device), device.token(Duration.ofMinutes(-10))))
                    .isBetween(400, 401);
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_57_a_wrong_signature_is_found_out_at_the_link_at_the_latest(Hub hub) throws Exception {
        SasIdentity device = hub.device("c57");
        try (AmqpClient client = hub.amqp(Login.NO_SASL)) {
            Cbs.on(client).put(name(hub, device), device.withKey(OTHER_KEY).token());

            AmqpSender link = client.sender(events(device));
            assertThat(link.endsWithin(SOON)).isTrue();
            assertThat(link.condition()).isEqualTo(UNAUTHORIZED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_58_the_identity_is_the_tokens_whatever_the_name_says(Hub hub) throws Exception {
        SasIdentity module = hub.module("c58");
        try (AmqpClient client = hub.amqp(Login.ANONYMOUS)) {
            String javaStyle = hub.hostName() + "/devices/" + module.device();
            assertThat(Cbs.on(client).put(javaStyle, module.token(module.resource(), HOUR)))
                    .isEqualTo(200);

            send(client, module, Hub.fresh("java-name"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_59_a_link_to_another_device_is_refused(Hub hub) throws Exception {
        SasIdentity other = hub.device("c59");
        try (AmqpClient client = hub.amqp(hub.device("c59"))) {
            AmqpSender link = client.sender(events(other));

            assertThat(link.endsWithin(SOON)).isTrue();
            assertThat(link.condition()).isEqualTo(UNAUTHORIZED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_70_a_second_receiver_of_the_same_kind_ends_the_first(Hub hub) throws Exception {
        SasIdentity device = hub.device("c70");
        try (AmqpClient client = hub.amqp(device)) {
            AmqpReceiver first = client.receiver(device.path() + "/messages/devicebound", 1);
            AmqpReceiver second = client.receiver(device.path() + "/messages/devicebound", 1);

            assertThat(first.endsWithin(SOON)).as("the first ends").isTrue();
            assertThat(second.endsWithin(QUIET)).as("the second ends").isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_71_links_say_how_large_a_message_may_be(Hub hub) throws Exception {
        SasIdentity device = hub.device("c71");
        try (AmqpClient client = hub.amqp(device)) {
            assertThat(client.sender(events(device)).link().getRemoteMaxMessageSize())
                    .isEqualTo(UnsignedLong.valueOf(1_048_576));
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_72_idle_connections_get_heartbeats_and_silent_ones_end(Hub hub) throws Exception {
        try (AmqpClient client = AmqpClient.open(hub.dial(Hub.AMQPS), Login.NO_SASL, hub.hostName(), IDLE_MILLIS)) {
            assertThat(client.connection().getRemoteIdleTimeout()).isPositive();
            long before = client.bytesRead();

            assertThat(client.endsWithin(Duration.ofMillis(IDLE_MILLIS / 2 + 1000)))
                    .as("it ends though it may be idle")
                    .isFalse();

            assertThat(client.bytesRead()).as("bytes of heartbeats").isGreaterThan(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_73_devices_on_one_connection_come_and_go_alone(Hub hub) throws Exception {
        SasIdentity one = hub.device("c73");
        SasIdentity two = hub.device("c73");
        try (AmqpClient client = hub.amqp(Login.ANONYMOUS)) {
            Cbs cbs = Cbs.on(client);
            cbs.put(name(hub, one), one.token());
            cbs.put(name(hub, two), two.token());
            AmqpSender first = client.sender(events(one));
            AmqpSender second = client.sender(events(two));
            first.send(AmqpMessage.data("{}"));
            first.close();

            assertThat(second.send(AmqpMessage.data("{}"))).isInstanceOf(Accepted.class);
            assertThat(client.endsWithin(QUIET)).as("the connection ends").isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_74_a_renewed_token_keeps_the_links_and_an_expired_one_ends_them(Hub hub) throws Exception {
        SasIdentity renewing = hub.device("c74");
        SasIdentity forgetful = hub.device("c74");
        try (AmqpClient client = hub.amqp(Login.ANONYMOUS)) {
            Cbs cbs = Cbs.on(client);
            cbs.put(name(hub, renewing), renewing.token(ALMOST_OVER));
            cbs.put(name(hub, forgetful), forgetful.token(ALMOST_OVER));
            AmqpSender renewed = client.sender(events(renewing));
            AmqpSender forgotten = client.sender(events(forgetful));
            assertThat(cbs.put(name(hub, renewing), renewing.token())).isEqualTo(200);

            assertThat(forgotten.endsWithin(Duration.ofSeconds(30)))
                    .as("the link without a renewed token ends")
                    .isTrue();
            assertThat(renewed.send(AmqpMessage.data("{}"))).isInstanceOf(Accepted.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_75_amqp_runs_over_a_web_socket_however_it_is_framed(Hub hub) throws Exception {
        SasIdentity device = hub.device("c75");
        for (int fragmentBytes : new int[] {0, 7, 1000}) {
            WebSocketWire wire = hub.webSocket("AMQPWSB10", fragmentBytes);
            assertThat(wire.status()).contains("101");
            assertThat(wire.answered()).contains("sec-websocket-protocol: amqpwsb10");
            try (AmqpClient client = hub.amqp(Login.ANONYMOUS, wire)) {
                Cbs.on(client).put(name(hub, device), device.token());
                send(client, device, Hub.fresh("amqp-over-websocket"));
            }
        }
    }

    /** The newer connection wins over AMQP as it does over MQTT (14). */
    @Test
    void check_14_a_connection_over_mqtt_ends_the_links_of_one_over_amqp() throws Exception {
        SasIdentity device = Hub.EDGE_HUB.device("c14");
        try (AmqpClient older = Hub.EDGE_HUB.amqp(device)) {
            AmqpSender link = older.sender(events(device));
            try (var newer = Hub.EDGE_HUB.mqtt(device)) {
                assertThat(link.endsWithin(SOON)).isTrue();
                newer.ping();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 what is this", "AMQP\0\2\0\0", "\0\0\0\0\0\0\0\0"})
    void what_is_no_amqp_ends_the_connection(String bytes) throws Exception {
        for (Hub hub : Hub.values()) {
            try (var wire = hub.dial(Hub.AMQPS)) {
                wire.write(bytes.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                wire.timeout(SOON);
                assertThat(drained(wire.in())).as(hub.toString()).isTrue();
            }
        }
    }

    private static boolean drained(java.io.InputStream in) throws IOException {
        try {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return true;
        } catch (java.net.SocketTimeoutException _) {
            return false;
        } catch (java.net.SocketException | javax.net.ssl.SSLException _) {
            return true;
        }
    }

    private static String name(Hub hub, SasIdentity identity) {
        return hub.hostName() + identity.path();
    }

    private static String events(SasIdentity identity) {
        return identity.path() + "/messages/events";
    }

    private static void send(AmqpClient client, SasIdentity identity, String id) throws Exception {
        assertThat(client.sender(events(identity)).send(AmqpMessage.data("{}").id(id)))
                .isInstanceOf(Accepted.class);
        Doors.open().telemetry().await(id);
    }
}
