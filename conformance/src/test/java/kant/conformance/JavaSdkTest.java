package kant.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The official Java device SDK at a whole device: conditions of its deployment, and who is refused. The rest is in {@code sdk/}. */
class JavaSdkTest {
    private static final int CALL_MILLIS = 30_000;
    private static final Duration ARRIVAL = Duration.ofSeconds(30);

    private static Loop loop;

    @BeforeAll
    static void start() throws Exception {
        loop = Loop.running();
    }

    @Test
    void conditions_on_body_and_properties_decide_what_goes_upstream() throws Exception {
        try (var source = module(loop.source)) {
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
    void a_wrong_key_is_refused_as_unauthorized_by_both_hubs() throws Exception {
        String wrong = java.util.Base64.getEncoder().encodeToString(new byte[32]);
        String direct =
                loop.standIn.createDevice("java-wrong").replaceAll("SharedAccessKey=.*", "SharedAccessKey=" + wrong);
        String through = Loop.throughGateway(loop.source.replaceAll("SharedAccessKey=.*", "SharedAccessKey=" + wrong));

        assertThatThrownBy(() -> device(direct, loop.standIn.caPem()))
                .isInstanceOf(IotHubClientException.class)
                .extracting(e -> ((IotHubClientException) e).getStatusCode().name())
                .isEqualTo("UNAUTHORIZED");
        assertThatThrownBy(() -> module(through))
                .isInstanceOf(IotHubClientException.class)
                .extracting(e -> ((IotHubClientException) e).getStatusCode().name())
                .isEqualTo("UNAUTHORIZED");
    }

    @Test
    void a_leaf_of_the_device_is_let_in_and_a_device_outside_its_scope_is_not() throws Exception {
        String leaf = Loop.throughGateway(loop.standIn.createLeaf("java-leaf", Loop.DEVICE));
        try (var let = device(leaf, loop.edge.caPem())) {
            let.client.sendEvent(message("leaf-1", "{}"), CALL_MILLIS);
        }
        assertThat(loop.standIn
                        .awaitTelemetry("leaf-1", ARRIVAL)
                        .path("deviceId")
                        .asText())
                .isEqualTo("java-leaf");

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

    private static Device device(String connectionString, String caPem) throws Exception {
        var client = new DeviceClient(connectionString, IotHubClientProtocol.MQTT, Loop.trusting(caPem));
        client.open(false);
        return new Device(client);
    }

    private static Module module(String connectionString) throws Exception {
        ClientOptions options = Loop.trusting(loop.edge.caPem());
        String through =
                connectionString.contains("GatewayHostName") ? connectionString : Loop.throughGateway(connectionString);
        var client = new ModuleClient(through, IotHubClientProtocol.MQTT, options);
        client.open(false);
        return new Module(client);
    }
}
