package kant.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kant.conformance.harness.EdgeDevice;
import kant.conformance.harness.KantCommand;
import kant.conformance.harness.StandIn;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The official Node SDKs, unmodified: device and module over MQTT, and the service SDK's registry. */
class NodeSdkTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static Loop loop;

    @BeforeAll
    static void start() throws Exception {
        loop = Loop.running();
    }

    @Test
    void a_device_sends_to_the_stand_in() throws Exception {
        String connectionString = loop.standIn.createDevice("node-device");

        try (var node = node("device.js", connectionString, loop.standIn.caFile())) {
            assertThat(node.await(LIMIT).code()).isZero();
        }

        JsonNode event = loop.standIn.awaitTelemetry("\"node-device\"", LIMIT);
        assertThat(event.path("properties").path("alarm").asText()).isEqualTo("hi & lo");
        assertThat(event.path("body").path("from").asText()).isEqualTo("node");
    }

    @Test
    void a_leaf_device_sends_through_the_edge_hub() throws Exception {
        String connectionString = Loop.throughGateway(loop.standIn.createLeaf("node-leaf", Loop.DEVICE));

        try (var node = node("device.js", connectionString, loop.edge.caFile())) {
            assertThat(node.await(LIMIT).code()).isZero();
        }

        assertThat(loop.standIn
                        .awaitTelemetry("\"node-leaf\"", LIMIT)
                        .path("deviceId")
                        .asText())
                .isEqualTo("node-leaf");
    }

    @Test
    void a_wrong_key_is_refused() throws Exception {
        String wrong = "SharedAccessKey=" + java.util.Base64.getEncoder().encodeToString(new byte[32]);
        String connectionString = loop.standIn.createDevice("node-wrong").replaceAll("SharedAccessKey=.*", wrong);

        try (var node = node("device.js", connectionString, loop.standIn.caFile())) {
            JsonNode said = node.awaitJson(LIMIT);
            assertThat(said.path("name").asText()).isEqualTo("UnauthorizedError");
        }
    }

    @Test
    void a_module_has_outputs_inputs_twin_and_methods_through_the_edge_hub() throws Exception {
        String id = Loop.DEVICE + "/source";
        loop.standIn.patchTwin(id, "{\"rate\":1}");
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        var sink = new ModuleClient(
                Loop.throughGateway(loop.sink), IotHubClientProtocol.MQTT, Loop.trusting(loop.edge.caPem()));
        sink.setMessageCallback(
                "in1",
                (m, _) -> {
                    received.add(m);
                    return IotHubMessageResult.COMPLETE;
                },
                null);
        sink.open(false);
        try (var node = node("module.js", Loop.throughGateway(loop.source), loop.edge.caFile())) {
            JsonNode twin = node.awaitJson(LIMIT);
            assertThat(twin.path("desired").path("rate").asInt()).isEqualTo(1);
            node.awaitLine("\"reported\"", LIMIT);
            node.awaitLine("\"sent\"", LIMIT);
            Message message = received.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(message).as("message at the other module's input").isNotNull();
            assertThat(message.getMessageId()).isEqualTo("node-module-1");

            loop.standIn.patchTwin(id, "{\"rate\":2}");
            assertThat(node.awaitLine("\"desired\"", LIMIT)).contains("2");
            JsonNode answer = loop.standIn.method(id, "reboot", "{\"delay\":1}");
            assertThat(answer.path("status").asInt()).isEqualTo(218);
            Waits.until(
                    "reported property at the stand-in",
                    LIMIT,
                    () -> loop.standIn
                                    .twin(id)
                                    .path("properties")
                                    .path("reported")
                                    .path("speed")
                                    .asInt()
                            == 9);
            node.endInput();
            assertThat(node.await(LIMIT).code()).isZero();
        } finally {
            sink.close();
        }
    }

    @Test
    void the_service_sdk_manages_devices_and_twins() throws Exception {
        try (var node = node("service.js", loop.standIn.serviceConnectionString(), "node-managed")) {
            KantCommand.Ended ended = node.await(LIMIT);

            assertThat(ended.lines())
                    .containsExactly(
                            "{\"event\":\"created\",\"hasKeys\":true}",
                            "{\"event\":\"twin\",\"rate\":3}",
                            "{\"event\":\"etag\",\"refused\":\"InvalidEtagError\"}",
                            "{\"event\":\"again\",\"refused\":\"DeviceAlreadyExistsError\"}",
                            "{\"event\":\"deleted\",\"gone\":\"DeviceNotFoundError\"}");
            assertThat(ended.code()).isZero();
        }
    }

    private static KantCommand node(String script, String... arguments) throws Exception {
        Path folder = KantCommand.repository().resolve("conformance/node");
        var command = new ArrayList<>(List.of("node", "--require", "./hosts.js", script));
        command.addAll(List.of(arguments));
        return KantCommand.program(
                folder,
                Map.of(
                        "KANT_HOSTS",
                        StandIn.NAME + "=" + StandIn.ADDRESS + "," + EdgeDevice.NAME + "=" + EdgeDevice.ADDRESS,
                        "NODE_EXTRA_CA_CERTS",
                        loop.standIn.caFile()),
                command);
    }
}
