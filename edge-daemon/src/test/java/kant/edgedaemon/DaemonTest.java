package kant.edgedaemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import kant.daemonapi.management.LogOptions;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.unix.ApiException;
import kant.world.Tasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole daemon as a program, with the process engine and no hub in reach. */
@Timeout(120)
class DaemonTest {
    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");

    @AfterEach
    void nothingIsLeft() throws IOException {
        tasks.close();
        for (String left : processes()) {
            ProcessHandle.of(Long.parseLong(left)).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void a_device_without_a_network_starts_its_agent_and_the_agent_its_module() throws Exception {
        DaemonProcess.prepare(folder, "process", "");
        try (var daemon = DaemonProcess.start(folder, tasks)) {
            JsonNode report = report();

            assertThat(report.path("certificates").asInt()).isEqualTo(2);
            assertThat(Base64.getDecoder().decode(report.path("digest").asText()))
                    .hasSize(32);
            JsonNode env = report.path("env");
            assertThat(env.path("IOTEDGE_MODULEID").asText()).isEqualTo("$edgeAgent");
            assertThat(env.path("IOTEDGE_MODULEGENERATIONID").asText()).isEqualTo("7");
            assertThat(env.path("IOTEDGE_IOTHUBHOSTNAME").asText()).isEqualTo("hub.local");
            assertThat(env.path("EdgeDeviceHostName").asText()).isEqualTo("gw.local");
            assertThat(env.path("KANT_LISTEN_ADDRESS").asText()).isEqualTo("127.0.0.9");
            assertThat(env.path("KANT_PARENT_HTTPS_PORT").asText()).isEqualTo("1");
            assertThat(daemon.management().modules())
                    .extracting(ModuleDetails::name, m -> m.status().state())
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("edgeAgent", ModuleState.RUNNING),
                            org.assertj.core.groups.Tuple.tuple("sensor", ModuleState.RUNNING));
            assertThat(log(daemon, "sensor")).isEqualTo("module up\n");
            // this process is not the agent
            assertThatThrownBy(() -> daemon.management().delete("sensor")).isInstanceOf(ApiException.class);
            assertThat(mode("data/keys")).isEqualTo("rwx------");
            assertThat(mode("data/keys/identity-master.key")).isEqualTo("rw-------");
            assertThat(mode("data/certs/device-ca.pem")).isEqualTo("rw-------");
            assertThat(mode("run/mgmt.sock")).isEqualTo("rw-rw----");
            assertThat(mode("run/mnt/sensor.sock")).isEqualTo("rw-rw-rw-");
            assertThat(Files.readString(folder.resolve("data/ca.pem"))).startsWith("-----BEGIN CERTIFICATE-----");

            assertThat(daemon.terminate()).isZero();

            assertThat(processes()).isEmpty();
            try (var sockets = Files.walk(folder.resolve("run"))) {
                assertThat(sockets.filter(path -> !Files.isDirectory(path))).isEmpty();
            }
            assertThat(daemon.log()).contains("edge daemon stopped").doesNotContain("c2VjcmV0", "Exception");
        }
    }

    @Test
    void a_daemon_that_was_killed_finds_its_modules_again_none_doubled() throws Exception {
        DaemonProcess.prepare(folder, "process", "");
        var first = DaemonProcess.start(folder, tasks);
        long agent = report().path("pid").asLong();
        first.kill();
        List<String> before = processes();
        assertThat(before).contains(Long.toString(agent));

        try (var second = DaemonProcess.start(folder, tasks)) {
            Eventually.that(
                    "both modules run",
                    () -> answers(second)
                            && second.management().modules().stream()
                                            .filter(m -> m.status().state() == ModuleState.RUNNING)
                                            .count()
                                    == 2);

            assertThat(processes()).isEqualTo(before);
            assertThat(second.log()).contains("module still runs and is taken over module=\"edgeAgent\"");
            assertThat(Files.exists(folder.resolve("run/mnt/sensor.sock"))).isTrue();
            assertThat(second.terminate()).isZero();
            assertThat(processes()).isEmpty();
        }
    }

    @Test
    void an_agent_that_dies_runs_again() throws Exception {
        DaemonProcess.prepare(folder, "process", "remove_on_stop = true");
        try (var daemon = DaemonProcess.start(folder, tasks)) {
            long first = report().path("pid").asLong();

            ProcessHandle.of(first).orElseThrow().destroyForcibly();

            Eventually.that("another agent", () -> report().path("pid").asLong() != first);
            assertThat(daemon.terminate()).isZero();
            try (var left = Files.list(folder.resolve("data/engine"))) {
                assertThat(left.filter(Files::isDirectory)).isEmpty();
            }
        }
    }

    @Test
    void a_hub_alone_runs_without_an_agent() throws Exception {
        DaemonProcess.prepare(folder, "auto", "hub_only = true");
        try (var daemon = DaemonProcess.start(folder, tasks)) {
            Eventually.that("the hub", () -> answers(daemon) && running(daemon).equals(List.of("edgeHub")));
            Eventually.that("its environment", () -> log(daemon, "edgeHub").contains("IOTEDGE_MODULEID=$edgeHub"));

            String env = log(daemon, "edgeHub");

            assertThat(env)
                    .contains("IOTEDGE_WORKLOADURI=unix://" + folder + "/run/mnt/edgeHub.sock")
                    .contains("KANT_DATA=" + folder + "/data/modules/edgeHub")
                    .contains("KANT_LISTEN_ADDRESS=127.0.0.9")
                    .doesNotContain("IOTEDGE_MANAGEMENTURI");
        }
    }

    @Test
    void a_second_daemon_on_the_same_folder_says_who_has_it() throws Exception {
        DaemonProcess.prepare(folder, "process", "");
        try (var first = DaemonProcess.start(folder, tasks)) {
            Eventually.that("the first", () -> answers(first));

            var second = DaemonProcess.start(folder, tasks);

            assertThat(second.exit()).isEqualTo(1);
            assertThat(second.log())
                    .contains("is in use by another edge daemon, pid "
                            + first.process().pid());
            assertThat(answers(first)).isTrue();
        }
    }

    @Test
    void a_bad_configuration_ends_it_with_153_and_all_mistakes() throws Exception {
        DaemonProcess.prepare(folder, "podman", "hub_only = \"yes\"");

        var daemon = DaemonProcess.start(folder, tasks);

        assertThat(daemon.exit()).isEqualTo(153);
        assertThat(daemon.log())
                .contains("config.toml:8: kant.engine is \"podman\"")
                .contains("config.toml:13: \"kant.hub_only\" must be true or false");
    }

    private JsonNode report() throws Exception {
        Path file = folder.resolve("data/modules/edgeAgent/report.json");
        Eventually.that("the agent's report", () -> Files.exists(file));
        return new ObjectMapper().readTree(Files.readString(file));
    }

    private static boolean answers(DaemonProcess daemon) {
        try {
            return daemon.management().systemInfo().cpus() > 0;
        } catch (IOException _) {
            return false; // not yet
        }
    }

    private static List<String> running(DaemonProcess daemon) throws IOException {
        return daemon.management().modules().stream()
                .filter(m -> m.status().state() == ModuleState.RUNNING)
                .map(ModuleDetails::name)
                .toList();
    }

    private static String log(DaemonProcess daemon, String module) throws IOException {
        var text = new StringBuilder();
        try (var frames = daemon.management().logs(module, LogOptions.all())) {
            for (var frame = frames.next(); frame != null; frame = frames.next()) {
                text.append(new String(frame.bytes(), StandardCharsets.UTF_8));
            }
        }
        return text.toString();
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(path)));
    }

    /** Pids of processes that were started as modules of this test's daemon, sorted. */
    private List<String> processes() throws IOException {
        try (var all = Files.list(Path.of("/proc"))) {
            return all.filter(p -> p.getFileName().toString().matches("\\d+"))
                    .filter(this::isOurs)
                    .map(p -> p.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private boolean isOurs(Path process) {
        try {
            String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return environment.contains("KANT_RUN_OF=" + folder);
        } catch (IOException _) {
            return false; // gone
        }
    }
}
