package kant.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.harness.CloudToDevice;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.MqttSocket.Received;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.Telemetry;
import kant.conformance.wire.AmqpMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks 25 to 39: messages over MQTT. Check 28 kills a hub of its own: {@link HubLifeTest}. */
class MqttMessagingTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final int LARGEST_BYTES = 262_144;
    private static final String TO_SINK = "sink=mqttSink";

    /** Topic keys of §1.8 that a device may send, and the names that routes and readers know them by. */
    private static final Map<String, String> SYSTEM = Map.of(
            "cid", "cid",
            "uid", "userId",
            "to", "to",
            "ct", "contentType",
            "ce", "contentEncoding",
            "ctime", "creationTime",
            "schema", "messageSchema",
            "sub", "dt-subject",
            "ifid", "iothub-interface-id");

    @ParameterizedTest
    @EnumSource
    void check_25_a_topic_may_end_in_a_slash_or_without_a_bag(Hub hub) throws Exception {
        SasIdentity device = hub.device("c25");
        try (MqttSocket client = hub.mqtt(device)) {
            String events = device.topics() + "messages/events";
            for (String topic : new String[] {events, events + "/", events + "/a=1", events + "/a=1/"}) {
                client.send(topic, "{\"topic\":\"" + topic + "\"}");
            }
        }

        assertThat(Doors.open().telemetry().await("4 messages of " + device, 4, event -> isFrom(device, event)))
                .extracting(event -> event.path("properties").toString())
                .containsExactly("{}", "{}", "{\"a\":\"1\"}", "{\"a\":\"1\"}");
    }

    @ParameterizedTest
    @EnumSource
    void check_26_properties_are_percent_encoded_utf_8(Hub hub) throws Exception {
        SasIdentity device = hub.device("c26");
        String id = Hub.fresh("odd");
        try (MqttSocket client = hub.mqtt(device)) {
            client.send(
                    device.topics() + "messages/events/%24.mid=" + id
                            + "&space=a%20b&plus=a%2Bb&slash=a%2Fb&equals=a%3Db&gr%C3%B6%C3%9Fe=%E2%82%AC%F0%9F%8C%8D&empty=",
                    "{}");
        }

        JsonNode properties = Doors.open().telemetry().await(id).path("properties");
        assertThat(properties.toString())
                .isEqualTo(
                        "{\"space\":\"a b\",\"plus\":\"a+b\",\"slash\":\"a/b\",\"equals\":\"a=b\",\"größe\":\"€🌍\",\"empty\":\"\"}");
    }

    @ParameterizedTest
    @EnumSource
    void check_27_system_properties_come_with_or_without_encoding(Hub hub) throws Exception {
        SasIdentity device = hub.device("c27");
        String raw = Hub.fresh("raw");
        String encoded = Hub.fresh("encoded");
        try (MqttSocket client = hub.mqtt(device)) {
            for (String[] way : new String[][] {{"$.", raw}, {"%24.", encoded}}) {
                var bag = new StringBuilder(way[0] + "mid=" + way[1]);
                SYSTEM.keySet()
                        .forEach(key -> bag.append('&')
                                .append(way[0])
                                .append(key)
                                .append('=')
                                .append(value(key)));
                client.send(device.topics() + "messages/events/" + bag, "{}");
            }
        }

        for (String id : new String[] {raw, encoded}) {
            JsonNode system = Doors.open().telemetry().await(id).path("systemProperties");
            SYSTEM.forEach((key, name) -> assertThat(system.path(name).asText())
                    .as("$." + key + " as " + name + " in " + system)
                    .startsWith(value(key)));
        }
    }

    private static String value(String key) {
        return switch (key) {
            case "ctime" -> "2026-01-02T03:04:05";
            case "ct" -> "application%2Fjson".replace("%2F", "/");
            case "ce" -> "utf-8";
            default -> "v-" + key;
        };
    }

    @ParameterizedTest
    @EnumSource
    void check_29_quality_of_service_2_ends_the_connection(Hub hub) throws Exception {
        SasIdentity device = hub.device("c29");
        try (MqttSocket client = hub.mqtt(device)) {
            client.publish(4, device.topics() + "messages/events/", "{}");

            assertThat(client.isClosedWithin(SOON)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_30_quality_of_service_0_is_delivered_and_not_acknowledged(Hub hub) throws Exception {
        SasIdentity device = hub.device("c30");
        String id = Hub.fresh("qos0");
        try (MqttSocket client = hub.mqtt(device)) {
            client.publish(0, device.topics() + "messages/events/%24.mid=" + id, "{}");
            client.ping(); // whatever came before the answer would have been told as unexpected
            Doors.open().telemetry().await(id);
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_31_a_retained_message_is_marked_and_not_retained(Hub hub) throws Exception {
        SasIdentity device = hub.device("c31");
        String id = Hub.fresh("retained");
        try (MqttSocket client = hub.mqtt(device)) {
            client.publish(3, device.topics() + "messages/events/%24.mid=" + id, "{}");
            client.subscribe(device.topics() + "messages/events/#");

            assertThat(client.staysEmptyFor(QUIET)).as("nothing is retained").isTrue();
        }
        assertThat(Doors.open()
                        .telemetry()
                        .await(id)
                        .path("properties")
                        .path("mqtt-retain")
                        .asText())
                .isEqualTo("true");
    }

    @ParameterizedTest
    @EnumSource
    void check_32_subscriptions_are_granted_at_most_1_and_unknown_ones_stay_silent(Hub hub) throws Exception {
        SasIdentity device = hub.device("c32");
        try (MqttSocket client = hub.mqtt(device)) {
            assertThat(client.subscribe("$iothub/methods/POST/#", 2)).isEqualTo(1);
            assertThat(client.subscribe("what/ever/#", 0)).isZero();
            client.send(device.topics() + "messages/events/", "{}");

            assertThat(client.staysEmptyFor(QUIET)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_33_a_message_beyond_256_kib_goes_nowhere(Hub hub) throws Exception {
        SasIdentity device = hub.device("c33");
        String after = Hub.fresh("after-large");
        try (MqttSocket client = hub.mqtt(device)) {
            client.write(kant.conformance.harness.MqttBytes.publish(
                    0, device.topics() + "messages/events/%24.mid=large", 0, new byte[LARGEST_BYTES + 1]));
            assertThat(client.isClosedWithin(SOON)).isTrue();
        }
        try (MqttSocket client = hub.mqtt(device)) {
            client.send(device.topics() + "messages/events/%24.mid=" + after, "{}");
        }

        Doors.open().telemetry().await(after);
        assertThat(Doors.open().telemetry().seen(event -> isFrom(device, event)))
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void check_34_a_client_sends_only_as_itself(Hub hub) throws Exception {
        SasIdentity device = hub.device("c34");
        SasIdentity other = hub.device("c34");
        try (MqttSocket client = hub.mqtt(device)) {
            client.publish(2, other.topics() + "messages/events/", "{}");

            assertThat(client.isClosedWithin(SOON)).isTrue();
        }
        assertThat(Doors.open().telemetry().seen(event -> isFrom(other, event))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void check_35_a_message_to_a_device_begins_with_a_system_property_and_has_no_empty_value(Hub hub) throws Exception {
        SasIdentity device = hub.device("c35");
        try (MqttSocket client = hub.mqtt(device);
                CloudToDevice service = Doors.open().cloudToDevice()) {
            client.subscribe(device.topics() + "messages/devicebound/#");
            service.send(
                    device.device(),
                    AmqpMessage.data("hello")
                            .id("c2d-35")
                            .with("p one", "v&=/1")
                            .with("empty", ""));

            Received received = client.receive();
            assertThat(received.text()).isEqualTo("hello");
            assertThat(received.topic())
                    .startsWith(device.topics() + "messages/devicebound/%24.")
                    .doesNotEndWith("/")
                    .doesNotContain("=&")
                    .doesNotEndWith("=");
            assertThat(received.property("$.mid")).isEqualTo("c2d-35");
            assertThat(received.property("$.to")).contains("/devices/" + device.device());
            assertThat(received.property("p one")).isEqualTo("v&=/1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_36_an_unacknowledged_message_to_a_device_comes_again(Hub hub) throws Exception {
        SasIdentity device = hub.device("c36");
        String filter = device.topics() + "messages/devicebound/#";
        try (MqttSocket client = hub.mqtt();
                CloudToDevice service = Doors.open().cloudToDevice()) {
            client.connect(device.connect().persistent());
            client.subscribe(filter);
            service.send(device.device(), AmqpMessage.data("again").id("c2d-36"));
            assertThat(client.receiveOnly().text()).isEqualTo("again");
        }
        try (MqttSocket client = hub.mqtt()) {
            client.connect(device.connect().persistent());

            Received received = client.receive();
            assertThat(received.text()).isEqualTo("again");
            assertThat(received.again()).as("DUP").isTrue();
            assertThat(client.staysEmptyFor(QUIET)).as("it came once").isTrue();
        }
    }

    @Test
    void check_37_an_output_name_decides_the_route() throws Exception {
        SasIdentity module = Hub.EDGE_HUB.module("c37");
        String id = Hub.fresh("output");
        try (MqttSocket client = Hub.EDGE_HUB.mqtt(module)) {
            client.send(module.topics() + "messages/events/%24.mid=" + id + "&%24.on=out1", "{}");
        }

        assertThat(Doors.open()
                        .telemetry()
                        .await(id)
                        .path("systemProperties")
                        .path("outputName")
                        .asText())
                .isEqualTo("out1");
    }

    @Test
    void check_38_an_input_message_names_its_sender() throws Exception {
        SasIdentity sink = Doors.open().module("mqttSink");
        SasIdentity leaf = Hub.EDGE_HUB.device("c38");
        try (MqttSocket to = Hub.EDGE_HUB.mqtt(sink);
                MqttSocket from = Hub.EDGE_HUB.mqtt(leaf)) {
            to.subscribe(sink.topics() + "inputs/#");
            from.send(leaf.topics() + "messages/events/%24.mid=c38&k=v&" + TO_SINK, "to the sink");

            Received received = to.receive();
            assertThat(received.text()).isEqualTo("to the sink");
            assertThat(received.topic()).startsWith(sink.topics() + "inputs/in1/%24.");
            assertThat(received.property("$.cdid")).isEqualTo(leaf.device());
            assertThat(received.property("k")).isEqualTo("v");
        }
    }

    @Test
    void check_39_an_input_message_without_an_acknowledgement_is_sent_again_in_order() throws Exception {
        SasIdentity sink = Doors.open().module("slowSink");
        SasIdentity module = Hub.EDGE_HUB.module("c39");
        try (MqttSocket to = Hub.EDGE_HUB.mqtt(sink);
                MqttSocket from = Hub.EDGE_HUB.mqtt(module)) {
            to.subscribe(sink.topics() + "inputs/#");
            for (String text : new String[] {"first", "second"}) {
                from.send(module.topics() + "messages/events/sink=slowSink", text);
            }
            assertThat(to.receiveOnly().text()).isEqualTo("first");

            assertThat(receiveAfter(to, "first")).isEqualTo("second");
        }
    }

    /** Acknowledges from the second arrival of a text on; what comes after it for the first time. */
    private static String receiveAfter(MqttSocket client, String text) throws IOException {
        boolean again = false;
        while (true) {
            Received received = client.receiveOnly();
            if (received.text().equals(text)) {
                again = true;
            }
            if (again) {
                client.acknowledge(received.id());
                if (!received.text().equals(text)) {
                    return received.text();
                }
            }
        }
    }

    private static boolean isFrom(SasIdentity device, JsonNode event) {
        return device.device().equals(event.path("deviceId").asText())
                && !Telemetry.id(event).equals("twin-change");
    }
}
