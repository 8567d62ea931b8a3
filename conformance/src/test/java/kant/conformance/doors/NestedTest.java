package kant.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.Loop;
import kant.conformance.Waits;
import kant.conformance.harness.CloudToDevice;
import kant.conformance.harness.EdgeHubProgram;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.conformance.wire.AmqpMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks 83 and 84 with real hubs: the stand-in, an edge device below it, an edge device below that, and a leaf at the lowest. The
 * lower hubs dial the upper one only, over either protocol.
 */
class NestedTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final EdgeHubProgram.Place UPPER =
            new EdgeHubProgram.Place("upper", "127.10.1.4", "upper.kant.test");

    private static EdgeHubProgram upper;

    @BeforeAll
    static void start() throws Exception {
        upper = Doors.open().start(UPPER, Map.of("ReportedPropertiesSyncFrequencySecs", "1"));
    }

    @AfterAll
    static void stop() throws Exception {
        upper.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Amqp", "Mqtt"})
    void check_83_a_leaf_two_hubs_below_has_all_that_a_device_has(String protocol) throws Exception {
        try (EdgeHubProgram lower = lower("lower-" + protocol, "127.10.1.5", protocol)) {
            SasIdentity leaf = leaf(lower);
            String id = Hub.fresh("nested");
            try (MqttSocket client = open(lower, leaf)) {
                client.send(leaf.topics() + "messages/events/%24.mid=" + id, "{}");
                JsonNode event = Doors.open().telemetry().await(id);
                assertThat(event.path("deviceId").asText()).isEqualTo(leaf.device());

                client.subscribe("$iothub/twin/PATCH/properties/desired/#");
                Doors.open().service().patchTwin(leaf.device(), "{\"rate\":1}");
                assertThat(client.receive().text()).contains("\"rate\":1");

                client.subscribe("$iothub/twin/res/#");
                client.send("$iothub/twin/PATCH/properties/reported/?$rid=1", "{\"speed\":7}");
                assertThat(client.receive().topic()).startsWith("$iothub/twin/res/204/");
                Waits.until(
                        "the reported property at the stand-in",
                        SOON,
                        () -> Doors.open()
                                        .service()
                                        .twin(leaf.device())
                                        .at("/properties/reported/speed")
                                        .asInt()
                                == 7);

                client.subscribe(leaf.topics() + "messages/devicebound/#");
                try (CloudToDevice service = Doors.open().cloudToDevice()) {
                    service.send(leaf.device(), AmqpMessage.data("hello").id(Hub.fresh("m")));
                    assertThat(client.receive().text()).isEqualTo("hello");
                }

                client.subscribe("$iothub/methods/POST/#");
                var answer = CompletableFuture.supplyAsync(() -> method(leaf.device()));
                String topic = client.receive().topic();
                assertThat(topic).startsWith("$iothub/methods/POST/reboot/");
                client.send("$iothub/methods/res/217/?$rid=" + topic.replaceAll(".*rid=", ""), "{\"done\":true}");
                assertThat(answer.get().path("status").asInt()).isEqualTo(217);
            }
        }
    }

    @Test
    void what_the_lower_hub_acknowledged_arrives_through_a_killed_upper_one() throws Exception {
        try (EdgeHubProgram lower = lower("lower-cut", "127.10.1.5", "Amqp")) {
            SasIdentity leaf = leaf(lower);
            String run = Hub.fresh("cut");
            try (MqttSocket client = open(lower, leaf)) {
                for (int i = 0; i < 30; i++) {
                    if (i == 10) {
                        upper.kill();
                    }
                    if (i == 20) {
                        upper.restart();
                    }
                    client.send(leaf.topics() + "messages/events/run=" + run + "&n=" + i, "{}");
                }
            }
            for (int i = 0; i < 30; i++) {
                String n = Integer.toString(i);
                Doors.open()
                        .telemetry()
                        .await(
                                "message " + n,
                                event -> event.at("/properties/run").asText().equals(run)
                                        && event.at("/properties/n").asText().equals(n));
            }
        }
    }

    private static EdgeHubProgram lower(String device, String address, String protocol) throws Exception {
        return Doors.open()
                .startBelow(
                        upper,
                        new EdgeHubProgram.Place(device, address, address),
                        Map.of("UpstreamProtocol", protocol));
    }

    private static SasIdentity leaf(EdgeHubProgram lower) throws Exception {
        return Doors.open().service().leaf(Hub.fresh("nested"), lower.place().device());
    }

    /** A leaf that is new to both hubs is let in once the lower one has asked the upper one about it. */
    private static MqttSocket open(EdgeHubProgram lower, SasIdentity leaf) throws Exception {
        SSLContext trust = Loop.tls(lower.caPem());
        return Waits.value("the leaf to be let in", SOON, () -> {
            try {
                return MqttSocket.open(lower.address(), trust, leaf);
            } catch (IOException _) {
                return null;
            }
        });
    }

    private static JsonNode method(String device) {
        try {
            return Doors.open().service().method(device, "reboot", "{}").json();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
