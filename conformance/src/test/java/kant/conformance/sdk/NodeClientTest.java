package kant.conformance.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.Waits;
import kant.conformance.harness.CloudToDevice;
import kant.conformance.harness.SasIdentity;
import kant.conformance.wire.AmqpMessage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks 93 and 94: the Node SDK over every transport. One process a client: each test is one client's whole life. */
class NodeClientTest {
    private static final List<String> CONNECTED = List.of("Mqtt", "MqttWs", "Amqp", "AmqpWs");
    private static final Map<String, String> ODD = Map.of("alarm", "hi & lo = 100 %", "größe", "ü/ö", "empty", "");

    static Stream<Arguments> ways() {
        return Stream.of(Hub.values())
                .flatMap(hub -> CONNECTED.stream().map(transport -> Arguments.of(hub, transport)));
    }

    @ParameterizedTest(name = "{1} to {0}")
    @MethodSource("ways")
    void check_93_a_device_does_everything_that_its_transport_has(Hub hub, String transport) throws Exception {
        SasIdentity device = hub.device("node");
        String id = Hub.fresh("node-device");
        Doors.open().service().patchTwin(device.clientId(), "{\"rate\":1}");
        try (NodeClient client = NodeClient.open(hub, transport, device);
                CloudToDevice service = Doors.open().cloudToDevice()) {
            client.tell(
                    "send",
                    Map.of(
                            "id",
                            id,
                            "body",
                            Map.of("from", "node"),
                            "properties",
                            ODD,
                            "system",
                            Map.of("correlationId", "c 1/&=%", "userId", "u 1")));
            JsonNode event = Doors.open().telemetry().await(id);
            assertThat(event.path("body").path("from").asText()).isEqualTo("node");
            assertThat(event.path("systemProperties").path("cid").asText()).isEqualTo("c 1/&=%");
            assertThat(event.path("systemProperties").path("contentType").asText())
                    .isEqualTo("application/json");
            ODD.forEach((name, value) -> assertThat(
                            event.path("properties").path(name).asText())
                    .as("property " + name)
                    .isEqualTo(value));

            twinAndMethod(client, device);
            messagesToTheDevice(client, service, device, transport);
            client.end();
        }
    }

    private static void twinAndMethod(NodeClient client, SasIdentity identity) throws Exception {
        client.tell("methods", Map.of());
        client.ask("twin", Map.of());
        assertThat(client.await("twin").at("/desired/rate").asInt()).isEqualTo(1);
        client.tell("report", Map.of("patch", Map.of("speed", 9)));
        Waits.until(
                "the reported property at the stand-in",
                NodeClient.LIMIT,
                () -> Doors.open()
                                .service()
                                .twin(identity.clientId())
                                .at("/properties/reported/speed")
                                .asInt()
                        == 9);
        Doors.open().service().patchTwin(identity.clientId(), "{\"rate\":2}");
        JsonNode told = client.await("desired");
        while (told.at("/desired/rate").asInt() != 2) {
            told = client.await("desired"); // the first is what the twin was
        }
        assertThat(Doors.open()
                        .service()
                        .method(identity.clientId(), "reboot", "{\"delay\":1}", 20, 15)
                        .require(200)
                        .json()
                        .toString())
                .isEqualTo("{\"status\":218,\"payload\":{\"got\":{\"delay\":1}}}");
    }

    /** MQTT can complete only. */
    private static void messagesToTheDevice(
            NodeClient client, CloudToDevice service, SasIdentity device, String transport) throws Exception {
        client.tell("listen", Map.of("what", "message"));
        service.send(device.device(), AmqpMessage.data("complete").id("n1").with("p one", "v&=/1"));
        JsonNode message = client.await("message");
        assertThat(message.path("text").asText()).isEqualTo("complete");
        String name = transport.equals("Http")
                ? "p%20one"
                : "p one"; // a header's name has no space, and the SDK leaves it so
        assertThat(message.path("properties").toString()).contains(name, "v&=/1");
        client.await("settled");
        if (transport.startsWith("Amqp") || transport.equals("Http")) {
            service.send(device.device(), AmqpMessage.data("reject").id("n2"));
            assertThat(client.await("message").path("id").asText()).isEqualTo("n2");
            client.await("settled");
            service.send(device.device(), AmqpMessage.data("abandon").id("n3"));
            assertThat(client.await("message").path("id").asText()).isEqualTo("n3");
            assertThat(client.await("message").path("id").asText())
                    .as("what was abandoned comes again")
                    .isEqualTo("n3");
            client.await("settled");
        }
    }

    @ParameterizedTest(name = "{1} to {0}")
    @MethodSource("ways")
    void check_94_a_module_has_outputs_inputs_twin_and_methods(Hub hub, String transport) throws Exception {
        SasIdentity module = hub == Hub.EDGE_HUB ? Doors.open().module("nodeSink") : hub.module("node");
        String id = Hub.fresh("node-module");
        Doors.open().service().patchTwin(module.clientId(), "{\"rate\":1}");
        try (NodeClient client = NodeClient.open(hub, transport, module)) {
            if (hub == Hub.EDGE_HUB) {
                client.tell("listen", Map.of("what", "inputMessage"));
            }
            client.tell(
                    "send",
                    Map.of("output", "out put", "id", id, "body", Map.of(), "properties", Map.of("sink", "nodeSink")));
            assertThat(Doors.open().telemetry().await(id).path("moduleId").asText())
                    .isEqualTo(module.module());
            if (hub == Hub.EDGE_HUB) {
                JsonNode input = client.await("inputMessage");
                assertThat(input.path("input").asText()).isEqualTo("in1");
                assertThat(input.path("id").asText()).isEqualTo(id);
            }
            twinAndMethod(client, module);
            if (hub == Hub.EDGE_HUB) {
                client.ask(
                        "invoke",
                        Map.of(
                                "device",
                                module.device(),
                                "module",
                                module.module(),
                                "payload",
                                Map.of("to", "itself")));
                assertThat(client.await("answer").toString()).contains("218").contains("itself");
            }
            client.end();
        }
    }

    @org.junit.jupiter.api.Test
    void check_93_a_device_sends_and_receives_over_https() throws Exception {
        SasIdentity device = Hub.STAND_IN.device("node");
        String id = Hub.fresh("node-https");
        try (NodeClient client = NodeClient.open(Hub.STAND_IN, "Http", device);
                CloudToDevice service = Doors.open().cloudToDevice()) {
            client.tell("send", Map.of("id", id, "body", Map.of(), "properties", Map.of("alarm", "hi & lo")));
            client.tell("batch", Map.of("ids", List.of(id + "-1", id + "-2")));
            Doors.open().telemetry().await(id);
            for (String number : List.of(id + "-1", id + "-2")) { // the SDK's batches carry no ids
                Doors.open()
                        .telemetry()
                        .await(
                                number,
                                event -> event.at("/properties/n").asText().equals(number));
            }
            messagesToTheDevice(client, service, device, "Http");
        }
    }
}
