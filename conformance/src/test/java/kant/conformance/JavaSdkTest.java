package kant.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.device.twin.Twin;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The official Java device SDK, unmodified, over MQTT: devices at the stand-in and through the Edge Hub, modules at the Edge Hub. */
class JavaSdkTest {
    private static final int CALL_MILLIS = 30_000;
    private static final Duration ARRIVAL = Duration.ofSeconds(30);

    private static Loop loop;

    @BeforeAll
    static void start() throws Exception {
        loop = Loop.running();
    }

    @Test
    void a_device_sends_telemetry_to_the_stand_in() throws Exception {
        String id = "java-device-1";
        try (var device = device(loop.standIn.createDevice(id), loop.standIn.caPem())) {
            device.client.sendEvent(message("direct-1", "{\"n\":1}"), CALL_MILLIS);
        }

        JsonNode event = loop.standIn.awaitTelemetry("direct-1", ARRIVAL);
        assertThat(event.path("deviceId").asText()).isEqualTo(id);
        assertThat(event.path("body").path("n").asInt()).isEqualTo(1);
    }

    @Test
    void a_leaf_device_sends_through_the_edge_hub_with_every_property() throws Exception {
        String id = "java-leaf-1";
        var message = message("leaf-1", "{\"n\":2}");
        message.setCorrelationId("c 1/&=%");
        message.setProperty("alarm", "hi & lo = 100 %");
        message.setProperty("größe", "ü/ö");
        try (var leaf = device(Loop.throughGateway(loop.standIn.createLeaf(id, Loop.DEVICE)), loop.edge.caPem())) {
            leaf.client.sendEvent(message, CALL_MILLIS);
        }

        JsonNode event = loop.standIn.awaitTelemetry("leaf-1", ARRIVAL);
        assertThat(event.path("deviceId").asText()).isEqualTo(id);
        assertThat(event.path("properties").path("alarm").asText()).isEqualTo("hi & lo = 100 %");
        assertThat(event.path("properties").path("größe").asText()).isEqualTo("ü/ö");
        assertThat(event.path("systemProperties").toString())
                .contains("c 1/&=%")
                .contains("application/json");
    }

    @Test
    void a_module_reaches_another_through_a_route() throws Exception {
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        try (var sink = module(
                        loop.sink,
                        client -> client.setMessageCallback(
                                "in1",
                                (m, _) -> {
                                    received.add(m);
                                    return IotHubMessageResult.COMPLETE;
                                },
                                null));
                var source = module(loop.source, _ -> {})) {
            var message = message("route-1", "{\"n\":3}");
            message.setProperty("k", "v");
            source.client.sendEvent(message, "toSink", CALL_MILLIS);

            Message arrived = received.poll(ARRIVAL.toSeconds(), TimeUnit.SECONDS);
            assertThat(arrived).as("message at the input").isNotNull();
            assertThat(arrived.getMessageId()).isEqualTo("route-1");
            assertThat(arrived.getProperty("k")).isEqualTo("v");
            assertThat(new String(arrived.getBytes(), StandardCharsets.UTF_8)).isEqualTo("{\"n\":3}");
            assertThat(sink.client).isNotNull();
        }
    }

    @Test
    void conditions_on_body_and_properties_decide_what_goes_upstream() throws Exception {
        try (var source = module(loop.source, _ -> {})) {
            source.client.sendEvent(message("cold", "{\"temperature\":20}"), "body", CALL_MILLIS);
            source.client.sendEvent(message("hot", "{\"temperature\":40}"), "body", CALL_MILLIS);
            var low = message("low-level", "{}");
            low.setProperty("level", "low");
            source.client.sendEvent(low, "property", CALL_MILLIS);
            var high = message("high-level", "{}");
            high.setProperty("level", "high");
            source.client.sendEvent(high, "property", CALL_MILLIS);
        }

        loop.standIn.awaitTelemetry("\"hot\"", ARRIVAL);
        loop.standIn.awaitTelemetry("\"high-level\"", ARRIVAL);
        try (var watch = loop.standIn.watch()) {
            String first = "";
            while (!first.contains("\"high-level\"")) {
                first = watch.awaitLine("messageId", ARRIVAL);
                assertThat(first).doesNotContain("\"cold\"").doesNotContain("\"low-level\"");
            }
        }
    }

    @Test
    void a_module_twin_is_read_reported_and_followed_through_the_edge_hub() throws Exception {
        BlockingQueue<Twin> patches = new LinkedBlockingQueue<>();
        String id = Loop.DEVICE + "/twin-module";
        String connectionString = loop.standIn.createModule(Loop.DEVICE, "twin-module");
        loop.standIn.patchTwin(id, "{\"rate\":4}");
        try (var module = module(connectionString, _ -> {})) {
            module.client.subscribeToDesiredProperties((twin, _) -> patches.add(twin), null, CALL_MILLIS);
            Twin twin = module.client.getTwin(CALL_MILLIS);
            assertThat(((Number) twin.getDesiredProperties().get("rate")).intValue())
                    .isEqualTo(4);

            loop.standIn.patchTwin(id, "{\"rate\":5}");
            Twin patch = patches.poll(ARRIVAL.toSeconds(), TimeUnit.SECONDS);
            assertThat(patch).as("desired patch").isNotNull();
            assertThat(((Number) patch.getDesiredProperties().get("rate")).intValue())
                    .isEqualTo(5);

            module.client.updateReportedProperties(new TwinCollection(Map.of("speed", 7)), CALL_MILLIS);
            Waits.until(
                    "reported property at the stand-in",
                    ARRIVAL,
                    () -> loop.standIn
                                    .twin(id)
                                    .path("properties")
                                    .path("reported")
                                    .path("speed")
                                    .asInt()
                            == 7);
        }
    }

    @Test
    void a_direct_method_reaches_a_module_and_its_answer_comes_back() throws Exception {
        String connectionString = loop.standIn.createModule(Loop.DEVICE, "method-module");
        try (var module = module(connectionString, _ -> {})) {
            module.client.subscribeToMethods(
                    (name, payload, _) -> new DirectMethodResponse(
                            217, Map.of("name", name, "got", payload.getPayloadAsJsonString())),
                    null,
                    CALL_MILLIS);

            JsonNode answer = Waits.value("an answer", ARRIVAL, () -> {
                try {
                    return loop.standIn.method(Loop.DEVICE + "/method-module", "reboot", "{\"delay\":1}");
                } catch (AssertionError _) {
                    return null; // the subscription has not gone up yet
                }
            });
            assertThat(answer.path("status").asInt()).isEqualTo(217);
            assertThat(answer.path("payload").path("name").asText()).isEqualTo("reboot");
            assertThat(answer.path("payload").path("got").asText()).contains("delay");
        }
    }

    @Test
    void a_wrong_key_is_refused_as_unauthorized_by_both_hubs() throws Exception {
        String wrong = java.util.Base64.getEncoder().encodeToString(new byte[32]);
        String direct =
                loop.standIn.createDevice("java-wrong").replaceAll("SharedAccessKey=.*", "SharedAccessKey=" + wrong);
        String through = Loop.throughGateway(loop.source.replaceAll("SharedAccessKey=.*", "SharedAccessKey=" + wrong));

        assertThatThrownBy(() -> device(direct, loop.standIn.caPem()))
                .isInstanceOf(IotHubClientException.class)
                .extracting(e -> ((IotHubClientException) e).getStatusCode().name())
                .isEqualTo("UNAUTHORIZED");
        assertThatThrownBy(() -> module(through, _ -> {}))
                .isInstanceOf(IotHubClientException.class)
                .extracting(e -> ((IotHubClientException) e).getStatusCode().name())
                .isEqualTo("UNAUTHORIZED");
    }

    @Test
    void a_device_outside_the_scope_is_refused_by_the_edge_hub() throws Exception {
        String stranger = Loop.throughGateway(loop.standIn.createDevice("java-stranger"));

        assertThatThrownBy(() -> device(stranger, loop.edge.caPem()))
                .isInstanceOf(IotHubClientException.class)
                .extracting(e -> ((IotHubClientException) e).getStatusCode().name())
                .isEqualTo("UNAUTHORIZED");
    }

    private static Message message(String id, String json) {
        var message = new Message(json.getBytes(StandardCharsets.UTF_8));
        message.setMessageId(id);
        message.setContentType("application/json");
        message.setContentEncoding("utf-8");
        return message;
    }

    private record Device(DeviceClient client) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }

    private record Module(ModuleClient client) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }

    private interface Setup {
        void on(ModuleClient client);
    }

    private static Device device(String connectionString, String caPem) throws Exception {
        var client = new DeviceClient(connectionString, IotHubClientProtocol.MQTT, Loop.trusting(caPem));
        client.open(false);
        return new Device(client);
    }

    private static Module module(String connectionString, Setup setup) throws Exception {
        ClientOptions options = Loop.trusting(loop.edge.caPem());
        String through =
                connectionString.contains("GatewayHostName") ? connectionString : Loop.throughGateway(connectionString);
        var client = new ModuleClient(through, IotHubClientProtocol.MQTT, options);
        setup.on(client);
        client.open(false);
        return new Module(client);
    }
}
