package kant.iothub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import kant.iothub.fixture.HubProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as its users start and stop it. */
class MainTest {
    @TempDir
    private Path directory;

    @Test
    void it_says_where_it_serves_keeps_its_secrets_and_cleans_up_when_told_to_stop() throws Exception {
        Path data = directory.resolve("data");
        try (var hub = start(data)) {
            JsonNode json = hub.awaitReady();

            assertThat(json.path("hostName").asText()).isEqualTo("hub.kant.test");
            assertThat(json.path("mqttPort").asInt()).isPositive();
            assertThat(json.path("httpsPort").asInt()).isPositive();
            assertThat(Path.of(json.path("caFile").asText())).exists();
            assertThat(json.path("connectionString").asText())
                    .startsWith("HostName=hub.kant.test;SharedAccessKeyName=iothubowner;SharedAccessKey=");
            for (String secret : List.of("hub.json", "hub.db", "ca-key.pem", "server-key.pem")) {
                assertThat(permissions(data.resolve(secret))).as(secret).isEqualTo("rw-------");
            }
            assertThat(permissions(data)).isEqualTo("rwx------");

            hub.terminate();
            hub.awaitEnd();

            assertThat(data.resolve("hub.json")).doesNotExist();
            assertThat(hub.output()).contains("hub stopped");
            String key = json.path("connectionString").asText().split("SharedAccessKey=")[1];
            assertThat(hub.output()).doesNotContain(key);
        }
    }

    @Test
    void certificates_and_keys_stay_and_the_server_certificate_follows_the_name() throws Exception {
        String connectionString;
        String authority;
        String server;
        try (var hub = start(directory)) {
            connectionString = hub.awaitReady().path("connectionString").asText();
            authority = Files.readString(directory.resolve("ca.pem"));
            server = Files.readString(directory.resolve("server.pem"));
        }

        try (var again = start(directory)) {
            assertThat(again.awaitReady().path("connectionString").asText()).isEqualTo(connectionString);
            assertThat(Files.readString(directory.resolve("server.pem"))).isEqualTo(server);
        }
        try (var renamed = start(directory, "--name", "other.kant.test")) {
            renamed.awaitReady();
            assertThat(Files.readString(directory.resolve("ca.pem"))).isEqualTo(authority);
            assertThat(Files.readString(directory.resolve("server.pem"))).isNotEqualTo(server);
        }
    }

    @Test
    void a_second_hub_on_the_same_data_is_told_so() throws Exception {
        try (var first = start(directory)) {
            first.awaitReady();
            try (var second = start(directory)) {
                assertThat(second.awaitEnd()).isEqualTo(1);
                assertThat(second.output()).contains("in use by another hub");
            }
            assertThat(directory.resolve("hub.json")).exists();
        }
    }

    @Test
    void a_port_that_is_taken_is_one_sentence() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                var hub = HubProcess.start(
                        directory, "--https-port", "0", "--mqtt-port", Integer.toString(taken.getLocalPort()))) {
            assertThat(hub.awaitEnd()).isEqualTo(1);
            assertThat(hub.output())
                    .contains(Integer.toString(taken.getLocalPort()))
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void a_data_directory_that_cannot_be_used_is_one_sentence() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        try (var hub = start(file)) {
            assertThat(hub.awaitEnd()).isEqualTo(1);
            assertThat(hub.output()).contains(file + " is a file").doesNotContain("\tat ");
        }
    }

    @Test
    void every_mistake_on_the_command_line_is_told_at_once() throws Exception {
        try (var hub = HubProcess.start(directory, "--https-port", "x", "--colour", "red", "--address", "nowhere")) {
            assertThat(hub.awaitEnd()).isEqualTo(2);
            assertThat(hub.output()).contains("--https-port", "--colour", "--address", "nowhere");
        }
    }

    private static HubProcess start(Path data, String... more) throws Exception {
        String[] ports = {"--https-port", "0", "--mqtt-port", "0"};
        String[] all = Stream.of(ports, more).flatMap(Arrays::stream).toArray(String[]::new);
        return HubProcess.start(data, all);
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
