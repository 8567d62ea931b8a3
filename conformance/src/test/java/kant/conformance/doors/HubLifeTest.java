package kant.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.Loop;
import kant.conformance.Waits;
import kant.conformance.harness.EdgeHubProgram;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.Telemetry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks 23, 28 and 85 to 90: what a hub of its own does when it is full, killed, configured anew or cut off from its parent. Ten
 * minutes of outage (89) are a few seconds here; what time does to queues is tested with a clock of its own in {@code
 * edge-hub/outbox}, and so is expiry (86, 88).
 */
class HubLifeTest {
    private static final String DEVICE = "life";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int MOST_CLIENTS = 8;
    private static final int OUTAGE_MESSAGES = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static EdgeHubProgram hub;
    private static SSLContext trust;

    @BeforeAll
    static void start() throws Exception {
        hub = Doors.open()
                .start(
                        new EdgeHubProgram.Place(DEVICE, "127.10.1.2", "127.10.1.2"),
                        Map.of(
                                "MaxConnectedClients",
                                Integer.toString(MOST_CLIENTS),
                                "ReportedPropertiesSyncFrequencySecs",
                                "1"));
        trust = Loop.tls(hub.caPem());
    }

    @AfterAll
    static void stop() throws Exception {
        hub.close();
    }

    @Test
    void check_23_a_client_too_many_is_refused_and_the_others_stay() throws Exception {
        List<MqttSocket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < MOST_CLIENTS; i++) {
                clients.add(connect(leaf("c23")));
            }
            try (MqttSocket one = MqttSocket.dial(hub.address(), trust)) {
                assertThat(one.connect(leaf("c23").connect()).code()).isEqualTo(3);
            }
            for (MqttSocket client : clients) {
                client.ping();
            }
        } finally {
            for (MqttSocket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void check_28_what_was_acknowledged_survives_a_kill() throws Exception {
        SasIdentity leaf = leaf("c28");
        try (MqttSocket client = connect(leaf)) {
            for (int i = 0; i < 20; i++) {
                client.send(leaf.topics() + "messages/events/%24.mid=c28-" + i, "{}");
            }
            hub.kill();
        } finally {
            hub.restart();
        }

        for (int i = 0; i < 20; i++) {
            Doors.open().telemetry().await("c28-" + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.1", "1.2", "1.3"})
    void check_85_every_schema_of_the_first_major_version_is_taken(String schema) throws Exception {
        desire("{\"schemaVersion\":\"" + schema + "\"}");

        assertThat(outcome()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2.0\"", "null"})
    void check_85_another_schema_is_refused_and_what_ran_goes_on(String schema) throws Exception {
        try {
            desire("{\"schemaVersion\":" + schema + "}");

            assertThat(outcome()).isEqualTo(400);
            assertServes("c85");
        } finally {
            desire("{\"schemaVersion\":\"1.1\"}");
            assertThat(outcome()).isEqualTo(200);
        }
    }

    @Test
    void check_86_a_priority_of_10_is_refused_and_what_ran_goes_on() throws Exception {
        try {
            desire("{\"routes\":{\"r\":{\"route\":\"FROM /messages/* INTO $upstream\",\"priority\":10}}}");

            assertThat(outcome()).isEqualTo(400);
            assertServes("c86");
        } finally {
            desire("{\"routes\":{\"r\":null}}");
            assertThat(outcome()).isEqualTo(200);
        }
    }

    @Test
    void check_87_clients_are_reported_as_they_come_and_go() throws Exception {
        SasIdentity leaf = leaf("c87.x");
        SasIdentity module = Doors.open().service().module(DEVICE, Hub.fresh("c87"));
        String leafKey = leaf.clientId().replace(".", "%2E");
        try (MqttSocket one = connect(leaf);
                MqttSocket two = connect(module)) {
            awaitClient(leafKey, "Connected");
            awaitClient(module.clientId(), "Connected");
            one.ping();
            two.ping();
        }
        awaitClient(module.clientId(), "Disconnected");
        Waits.until("the leaf to leave the report", SOON, () -> !clients().has(leafKey));
    }

    @Test
    void check_89_an_outage_delays_messages_and_loses_none() throws Exception {
        SasIdentity leaf = leaf("c89");
        assertServes("before-c89"); // the leaf's hub knows its parent
        try (MqttSocket client = connect(leaf)) {
            Doors.open().standIn().kill();
            try {
                for (int i = 0; i < OUTAGE_MESSAGES; i++) {
                    client.send(leaf.topics() + "messages/events/%24.mid=c89-" + i, "{}");
                }
            } finally {
                Doors.open().standIn().restart();
            }
        }

        List<String> ids = Doors.open()
                .telemetry()
                .await(
                        OUTAGE_MESSAGES + " messages of " + leaf,
                        OUTAGE_MESSAGES,
                        event -> event.path("deviceId").asText().equals(leaf.device()))
                .stream()
                .map(Telemetry::id)
                .distinct()
                .toList();
        assertThat(ids)
                .isEqualTo(IntStream.range(0, OUTAGE_MESSAGES)
                        .mapToObj(i -> "c89-" + i)
                        .toList());
    }

    @Test
    void check_90_a_new_key_is_taken_at_once_and_the_old_one_no_more() throws Exception {
        SasIdentity leaf = leaf("c90");
        connect(leaf).close();
        String newKey = Base64.getEncoder().encodeToString("a new key of thirty-two bytes...".getBytes());
        ObjectNode registered = Doors.open().service().registered(leaf.device());
        ((ObjectNode) registered.at("/authentication/symmetricKey"))
                .put("primaryKey", newKey)
                .put("secondaryKey", newKey);
        Doors.open().service().updateDevice(leaf.device(), registered);

        Waits.until("the new key to be taken", SOON, () -> {
            try (MqttSocket client = MqttSocket.dial(hub.address(), trust)) {
                return client.connect(leaf.withKey(newKey).connect()).code() == 0;
            }
        });
        try (MqttSocket client = MqttSocket.dial(hub.address(), trust)) {
            assertThat(client.connect(leaf.connect()).code()).isEqualTo(5);
        }
    }

    private static void awaitClient(String key, String status) throws Exception {
        Waits.until(
                key + " to be reported as " + status,
                SOON,
                () -> clients().path(key).path("status").asText().equals(status));
    }

    private static JsonNode clients() throws Exception {
        return Doors.open().service().twin(DEVICE + "/$edgeHub").at("/properties/reported/clients");
    }

    private static void desire(String patch) throws Exception {
        JSON.readTree(patch); // a mistake here is the test's
        Doors.open().service().patchTwin(DEVICE + "/$edgeHub", patch);
    }

    /** What the hub reports about its newest desired properties. */
    private static int outcome() throws Exception {
        return Waits.value("the hub's word on its newest desired properties", SOON, () -> {
            JsonNode properties =
                    Doors.open().service().twin(DEVICE + "/$edgeHub").path("properties");
            boolean newest = properties.at("/reported/lastDesiredVersion").asLong()
                    == properties.at("/desired/$version").asLong();
            return newest ? properties.at("/reported/lastDesiredStatus/code").asInt() : null;
        });
    }

    private static void assertServes(String purpose) throws Exception {
        SasIdentity leaf = leaf(purpose);
        String id = Hub.fresh(purpose);
        try (MqttSocket client = connect(leaf)) {
            client.send(leaf.topics() + "messages/events/%24.mid=" + id, "{}");
        }
        Doors.open().telemetry().await(id);
    }

    private static SasIdentity leaf(String purpose) throws Exception {
        return Doors.open().service().leaf(Hub.fresh(purpose), DEVICE);
    }

    private static MqttSocket connect(SasIdentity identity) throws Exception {
        try {
            return MqttSocket.open(hub.address(), trust, identity);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; the hub's log ends with:\n" + tail(hub.log()), e);
        }
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - 2000));
    }
}
