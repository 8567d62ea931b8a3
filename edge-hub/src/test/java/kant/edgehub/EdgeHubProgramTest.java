package kant.edgehub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kant.edgehub.config.EdgeHubConfig;
import kant.edgehub.fake.Await;
import kant.edgehub.fake.FakeScope;
import kant.edgehub.fake.ScriptedParent;
import kant.edgehub.secret.FixedSecrets;
import kant.model.identity.IdentityId;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.Issued;
import kant.upstream.TokenSource;
import kant.world.FileDisk;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as it is wired, against a parent on real sockets. */
@Timeout(120)
class EdgeHubProgramTest {
    private static final IdentityId FILTER = IdentityId.module("edge", "filter");
    private static final String ROUTES =
            "{\"schemaVersion\":\"1.1\",\"routes\":{\"up\":\"FROM /messages/* INTO $upstream\"},"
                    + "\"storeAndForwardConfiguration\":{\"timeToLiveSecs\":7200}}";

    @TempDir
    private Path directory;

    private final CertificateAuthority authority =
            CertificateAuthority.create("Test CA", Duration.ofDays(1), Time.system(), Randomness.secure());
    private final Tasks tasks = Tasks.virtual("test");

    @AfterEach
    void close() {
        tasks.close();
    }

    @Test
    void a_module_that_only_the_parent_knows_gets_in_and_its_message_goes_up_in_its_name() throws Exception {
        try (var parent = parent(0, 0);
                var program = start(parent.mqttPort(), parent.httpsPort());
                var filter = connected(program)) {
            filter.send("a=b", "hello");

            Await.until("the parent has it", () -> !parent.messages.isEmpty());
            assertThat(parent.messages.getFirst().sender()).isEqualTo(FILTER);
            assertThat(parent.messages.getFirst().properties()).containsEntry("a", "b");
            Await.until(
                    "the outcome is reported",
                    () -> parent.reports
                            .getOrDefault(HubFixture.HUB, List.of())
                            .toString()
                            .contains("\"code\":200"));
        }
    }

    @Test
    void what_is_acknowledged_while_the_parent_is_away_arrives_when_it_returns() throws Exception {
        int mqttPort;
        int httpsPort;
        try (var parent = parent(0, 0)) {
            mqttPort = parent.mqttPort();
            httpsPort = parent.httpsPort();
            try (var program = start(mqttPort, httpsPort);
                    var filter = connected(program)) {
                filter.send("", "before");
                Await.until("the first has arrived", () -> parent.messages.size() == 1);
                parent.close();
                for (int i = 0; i < 50; i++) {
                    filter.send("", Integer.toString(i));
                }
                try (var again = parent(mqttPort, httpsPort)) {
                    Await.until("all have arrived", () -> again.messages.size() >= 50);
                    assertThat(again.messages.stream()
                                    .map(m -> new String(m.payload()))
                                    .distinct())
                            .containsExactlyElementsOf(IntStream.range(0, 50)
                                    .mapToObj(Integer::toString)
                                    .toList());
                }
            }
        }
    }

    @Test
    void with_no_parent_it_starts_says_so_and_tells_clients_to_try_again() throws Exception {
        int nobody = freePort();
        try (var program = start(nobody, nobody);
                var filter = client(program)) {
            assertThatThrownBy(filter::connect)
                    .isInstanceOfSatisfying(
                            MqttException.class,
                            e -> assertThat(e.getReasonCode()).isEqualTo(3));
            assertThat(metrics(program)).contains("kant_link_state{state=\"up\"} 0");
        }
    }

    @Test
    void a_restart_with_no_parent_lets_known_clients_in_and_takes_their_messages() throws Exception {
        try (var parent = parent(0, 0);
                var program = start(parent.mqttPort(), parent.httpsPort());
                var filter = connected(program)) {
            filter.send("", "1");
            Await.until("the first has gone up", () -> parent.messages.size() == 1);
        }
        int nobody = freePort();
        try (var program = start(nobody, nobody);
                var filter = client(program).connect()) {
            filter.send("", "2");
            assertThat(metrics(program)).contains("kant_endpoint_messages{endpoint=\"iothub\",fate=\"pending\"} 1");
            assertThat(page(program, "/link"))
                    .matches("\\{\"state\":\"(connecting|down)\",\"since\":\"2.*Z\",\"oldestPendingSeconds\":\\d+,"
                            + "\"pendingMessages\":1}\n");
        }
    }

    @Test
    void a_port_in_use_is_one_sentence_and_nothing_is_left() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var port = Map.of("KANT_MQTT_PORT", Integer.toString(taken.getLocalPort()));

            assertThatThrownBy(() -> start(1, 1, port))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
        int nobody = freePort();
        try (var program = start(nobody, nobody)) {
            assertThat(program.port(HubDoors.Door.MQTT))
                    .as("the data directory is free again")
                    .isPositive();
        }
    }

    @Test
    void two_hubs_on_one_directory_are_refused() throws Exception {
        int nobody = freePort();
        try (var _ = start(nobody, nobody)) {
            assertThatThrownBy(() -> start(nobody, nobody))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another");
        }
    }

    @Test
    void files_with_keys_are_only_their_owners() throws Exception {
        try (var parent = parent(0, 0);
                var program = start(parent.mqttPort(), parent.httpsPort());
                var filter = connected(program)) {
            filter.send("", "1");
            try (Stream<Path> files = Files.walk(directory.resolve("state"))) {
                assertThat(files.filter(Files::isRegularFile).toList())
                        .isNotEmpty()
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"));
            }
        }
    }

    private ScriptedParent parent(int mqttPort, int httpsPort) throws Exception {
        var parent = new ScriptedParent(authority, HubFixture.scope(), mqttPort, httpsPort);
        parent.twins.put(HubFixture.HUB, HubFixture.twin(ROUTES, 1));
        return parent;
    }

    private EdgeHubProgram start(int mqttPort, int httpsPort) throws Exception {
        return start(mqttPort, httpsPort, Map.of());
    }

    private EdgeHubProgram start(int mqttPort, int httpsPort, Map<String, String> settings) throws Exception {
        Map<String, String> env = new HashMap<>(Map.of(
                "IOTEDGE_DEVICEID", "edge",
                "IOTEDGE_MODULEGENERATIONID", "g1",
                "IOTEDGE_IOTHUBHOSTNAME", ScriptedParent.NAME,
                "EdgeDeviceHostName", "localhost",
                "IOTEDGE_WORKLOADURI", "unix:///nowhere",
                "KANT_DATA", directory.toString(),
                "KANT_PARENT_ADDRESS", "127.0.0.1",
                "KANT_LISTEN_ADDRESS", "127.0.0.1",
                "KANT_MQTT_PORT", "0",
                "httpSettings__metrics_port", "0"));
        env.putAll(Map.of(
                "UpstreamProtocol", "Mqtt",
                "amqpSettings__port", "0",
                "httpSettings__port", "0"));
        env.put("KANT_PARENT_MQTT_PORT", Integer.toString(mqttPort));
        env.put("KANT_PARENT_HTTPS_PORT", Integer.toString(httpsPort));
        env.putAll(settings);
        Issued certificate = authority.issueServer("localhost", List.of("localhost"), List.of(), Duration.ofHours(1));
        var secrets = new FixedSecrets(
                TokenSource.ofKey(FakeScope.key(HubFixture.HUB, "primary"), Time.system()),
                authority.chain(),
                certificate);
        return EdgeHubProgram.start(
                EdgeHubConfig.read(env),
                new HubWorld(tasks, Time.system(), Randomness.secure()),
                new EdgeHubProgram.Disks(
                        new FileDisk(directory.resolve("messages")), new FileDisk(directory.resolve("state"))),
                secrets,
                certificate);
    }

    /** Connects as a module's SDK does: again and again until it is let in. */
    private TestClient connected(EdgeHubProgram program) throws Exception {
        TestClient client = client(program);
        Await.until("the module is let in", () -> {
            try {
                client.connect();
                return true;
            } catch (MqttException e) {
                assertThat(e.getReasonCode()).isEqualTo(3);
                return false;
            }
        });
        return client;
    }

    private TestClient client(EdgeHubProgram program) throws Exception {
        return new TestClient(program.port(HubDoors.Door.MQTT), authority, FILTER, FakeScope.key(FILTER, "primary"));
    }

    private static String metrics(EdgeHubProgram program) throws Exception {
        return page(program, "/metrics");
    }

    private static String page(EdgeHubProgram program, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI page = URI.create("http://127.0.0.1:" + program.metricsPort() + path);
            return http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
