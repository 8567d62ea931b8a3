package kant.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kant.conformance.harness.EdgeDevice;
import kant.conformance.harness.KantCommand;
import kant.conformance.harness.StandIn;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The official Node SDKs: who is refused, and the service SDK's registry. The rest is in {@code sdk/}. */
class NodeSdkTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static Loop loop;

    @BeforeAll
    static void start() throws Exception {
        loop = Loop.running();
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
