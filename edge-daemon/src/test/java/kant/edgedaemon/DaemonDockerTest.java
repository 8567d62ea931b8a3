package kant.edgedaemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.unix.UnixReply;
import kant.daemonapi.unix.UnixRequest;
import kant.edgedaemon.engine.docker.DockerSocket;
import kant.edgedaemon.engine.docker.TestImage;
import kant.world.Tasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole daemon with a real container engine. The agent is {@link TestAgent} in a container: an image with nothing but busybox, into
 * which this machine's Java and libraries are bound.
 */
@Tag("docker")
@Timeout(180)
class DaemonDockerTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");
    private UnixHttpClient engine;

    @BeforeEach
    void prepare() throws IOException {
        Path socket = DockerSocket.path();
        engine = new UnixHttpClient(socket, tasks);
        removeContainers();
        TestImage.load(socket, tasks);
        Files.createDirectories(folder.resolve("out"));
        DaemonProcess.prepare(
                folder,
                "docker",
                "remove_on_stop = true\n"
                        + """
                [moby_runtime]
                uri = "unix://%1$s"
                network = "host"
                [agent]
                imagePullPolicy = "never"
                [agent.config]
                image = "%2$s"
                createOptions = { Entrypoint = [%3$s], HostConfig = { Binds = [%4$s] } }
                [agent.env]
                KANT_DATA = "%5$s/out"
                SENSOR_IMAGE = "%2$s"
                """.formatted(
                                socket, TestImage.NAME, quoted(DaemonProcess.agentCommand()), quoted(binds()), folder));
    }

    @AfterEach
    void removeContainers() throws IOException {
        for (String name : new String[] {"edgeAgent", "sensor"}) {
            engine.call(UnixRequest.of("DELETE", "/containers/" + name + "?force=true"), LIMIT);
        }
    }

    @Test
    void an_agent_in_a_container_speaks_through_its_sockets_before_and_after_the_daemon_was_killed() throws Exception {
        var first = DaemonProcess.start(folder, tasks);
        JsonNode report = report();
        assertThat(report.path("env").path("IOTEDGE_MODULEID").asText()).isEqualTo("$edgeAgent");
        assertThat(running(first)).containsExactlyInAnyOrder("edgeAgent", "sensor");
        assertThat(container("edgeAgent").path("HostConfig").path("Binds").toString())
                .contains(folder + "/run/mnt/edgeAgent.sock:" + folder + "/run/workload.sock")
                .contains(folder + "/run/mgmt.sock:" + folder + "/run/mgmt.sock");
        assertThat(container("edgeAgent")
                        .path("Config")
                        .path("Labels")
                        .path("net.azure-devices.edge.create-options")
                        .asText())
                .isEqualTo("{}");
        first.kill();
        Files.delete(reportFile());

        try (var second = DaemonProcess.start(folder, tasks)) {
            assertThat(report().path("digest")).isEqualTo(report.path("digest"));
            Eventually.that("both run", () -> running(second).size() == 2);

            assertThat(second.terminate()).isZero();

            assertThat(engine.call(UnixRequest.of("GET", "/containers/edgeAgent/json"), LIMIT)
                            .status())
                    .isEqualTo(404);
            assertThat(engine.call(UnixRequest.of("GET", "/containers/sensor/json"), LIMIT)
                            .status())
                    .isEqualTo(404);
        }
    }

    private Path reportFile() {
        return folder.resolve("out/report.json");
    }

    private JsonNode report() throws Exception {
        Eventually.that("the agent's report", () -> Files.exists(reportFile()));
        return new ObjectMapper().readTree(Files.readString(reportFile()));
    }

    private static Set<String> running(DaemonProcess daemon) throws IOException {
        return daemon.management().modules().stream()
                .filter(m -> m.status().state() == ModuleState.RUNNING)
                .map(m -> m.name())
                .collect(Collectors.toSet());
    }

    private JsonNode container(String name) throws IOException {
        UnixReply reply = engine.call(UnixRequest.of("GET", "/containers/" + name + "/json"), LIMIT);
        return reply.orThrow().json();
    }

    /** What a Java process needs of this machine, read-only, and the folder for the report. */
    private Set<String> binds() {
        Set<String> binds = new LinkedHashSet<>();
        for (String path : new String[] {"/usr", "/lib", "/lib64"}) {
            if (Files.isDirectory(Path.of(path))) {
                binds.add(path + ":" + path + ":ro");
            }
        }
        String java = System.getProperty("java.home");
        binds.add(java + ":" + java + ":ro");
        for (String entry : System.getProperty("java.class.path").split(":")) {
            if (Files.exists(Path.of(entry))) {
                binds.add(entry + ":" + entry + ":ro");
            }
        }
        binds.add(folder + "/out:" + folder + "/out");
        return binds;
    }

    private static String quoted(Iterable<String> texts) {
        var quoted = new StringBuilder();
        texts.forEach(text ->
                quoted.append(quoted.isEmpty() ? "\"" : ", \"").append(text).append('"'));
        return quoted.toString();
    }
}
