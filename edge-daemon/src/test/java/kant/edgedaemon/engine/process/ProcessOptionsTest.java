package kant.edgedaemon.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.process.Cgroup.Version;
import kant.edgedaemon.engine.process.ProcessOptions.Injected;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessOptionsTest {
    private static final Injected INJECTED =
            new Injected("/run/k/mnt", "/run/k/mgmt.sock", "azure-iot-edge", "somebody");

    @TempDir
    Path folder;

    @Test
    void the_members_that_a_process_knows_are_taken() throws Exception {
        ProcessOptions options = parse("""
                {"Env":["A=1"],"Entrypoint":["/bin/x"],"Cmd":["-v"],"WorkingDir":"/w","User":"somebody",
                 "Labels":{"a":"b"},"HostConfig":{"Memory":1048576,"NanoCpus":500000000,
                 "LogConfig":{"Type":"json-file","Config":{"max-size":"10m","max-file":"3"}}}}""");

        assertThat(options.entrypoint()).isEqualTo(List.of("/bin/x"));
        assertThat(options.cmd()).isEqualTo(List.of("-v"));
        assertThat(options.workingDir()).isEqualTo("/w");
        assertThat(options.labels()).containsEntry("a", "b");
        assertThat(options.memoryBytes()).isEqualTo(1048576);
        assertThat(options.nanoCpus()).isEqualTo(500000000);
        assertThat(options.log()).isEqualTo(new LogLimits(10L * 1024 * 1024, 3));
    }

    @Test
    void what_the_agent_injects_and_what_asks_for_nothing_passes() throws Exception {
        parse("""
                {"HostConfig":{"Binds":["/run/k/mnt/m.sock:/run/k/workload.sock","/run/k/mgmt.sock:/run/k/mgmt.sock"],
                 "PortBindings":{"8883/tcp":[{"HostPort":"8883"}]},"Privileged":false,"Devices":[],"Dns":null,
                 "NetworkMode":"host","RestartPolicy":{"Name":""}},
                 "NetworkingConfig":{"EndpointsConfig":{"azure-iot-edge":{"Aliases":["gw.local"]}}},
                 "ExposedPorts":{"8883/tcp":{}},"Hostname":"","Tty":false}""");
    }

    @Test
    void the_configured_network_may_be_the_machines_own() throws Exception {
        var onHost = new Injected("/run/k/mnt", "/run/k/mgmt.sock", "host", "somebody");
        String options =
                "{\"HostConfig\":{\"NetworkMode\":\"host\"},\"NetworkingConfig\":{\"EndpointsConfig\":{\"host\":{}}}}";

        ProcessOptions.parse(new ObjectMapper().readTree(options), onHost);
    }

    @Test
    void everything_else_is_refused_by_name_all_at_once() {
        assertThatThrownBy(() -> parse("""
                {"Hostname":"h","User":"root","FutureMember":1,
                 "HostConfig":{"Privileged":true,"Binds":["/etc:/etc"],"PortBindings":{"8883/tcp":[{"HostPort":"18883"}]},
                 "LogConfig":{"Type":"syslog"},"NetworkMode":"other","CapAdd":["NET_ADMIN"]},
                 "NetworkingConfig":{"EndpointsConfig":{"other":{}}}}"""))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("createOptions.Hostname = \"h\"")
                .hasMessageContaining("createOptions.User = \"root\"")
                .hasMessageContaining("createOptions.FutureMember = 1")
                .hasMessageContaining("createOptions.HostConfig.Privileged = true")
                .hasMessageContaining("createOptions.HostConfig.Binds")
                .hasMessageContaining("createOptions.HostConfig.PortBindings")
                .hasMessageContaining("createOptions.HostConfig.LogConfig")
                .hasMessageContaining("createOptions.HostConfig.NetworkMode")
                .hasMessageContaining("createOptions.HostConfig.CapAdd")
                .hasMessageContaining("createOptions.NetworkingConfig")
                .hasMessageContaining("engine = \"docker\"");
    }

    @Test
    void a_log_size_that_is_none_is_refused() {
        assertThatThrownBy(() -> parse("""
                {"HostConfig":{"LogConfig":{"Type":"json-file","Config":{"max-size":"much"}}}}""")).hasMessageContaining("max-size is a size such as \"10m\"");
    }

    @Test
    void limits_without_control_groups_are_refused() {
        assertThatThrownBy(() -> new Cgroup(Version.V2, List.of(folder)).limit("m", 1, 0))
                .hasMessageContaining("needs control groups")
                .hasMessageContaining("HostConfig.Memory");
    }

    @Test
    void limits_are_written_in_the_kernels_words() throws IOException {
        Files.writeString(folder.resolve("cgroup.controllers"), "cpu memory");

        Path group = new Cgroup(Version.V2, List.of(folder))
                .limit("m", 1048576, 1_500_000_000L)
                .getFirst();

        assertThat(folder.resolve("cgroup.subtree_control")).hasContent("+memory +cpu");
        assertThat(group.resolve("memory.max")).hasContent("1048576");
        assertThat(group.resolve("cpu.max")).hasContent("150000 100000");
    }

    @Test
    void limits_are_written_in_the_older_kernels_words_too() throws IOException {
        Path memory = Files.createDirectory(folder.resolve("memory"));
        Path cpu = Files.createDirectory(folder.resolve("cpu"));
        for (Path tree : List.of(memory, cpu)) {
            Files.createFile(tree.resolve("cgroup.procs"));
        }

        List<Path> groups = new Cgroup(Version.V1, List.of(memory, cpu)).limit("m", 1048576, 500_000_000L);

        assertThat(groups).containsExactly(memory.resolve("kant-m"), cpu.resolve("kant-m"));
        assertThat(groups.getFirst().resolve("memory.limit_in_bytes")).hasContent("1048576");
        assertThat(groups.getLast().resolve("cpu.cfs_period_us")).hasContent("100000");
        assertThat(groups.getLast().resolve("cpu.cfs_quota_us")).hasContent("50000");
    }

    @Test
    void a_kill_for_want_of_memory_is_read_from_either_kernels_count() throws IOException {
        Path group = Files.createDirectory(folder.resolve("kant-m"));
        var older = new Cgroup(Version.V1, List.of(folder, folder));
        var newer = new Cgroup(Version.V2, List.of(folder));
        assertThat(newer.ranOutOfMemory("m")).isFalse();

        Files.writeString(group.resolve("memory.events"), "low 0\noom 4\noom_kill 0\n");
        assertThat(newer.ranOutOfMemory("m")).isFalse();
        Files.writeString(group.resolve("memory.events"), "low 0\noom 4\noom_kill 2\noom_group_kill 0\n");
        assertThat(newer.ranOutOfMemory("m")).isTrue();
        Files.writeString(group.resolve("memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
        assertThat(older.ranOutOfMemory("m")).isTrue();
    }

    @Test
    void another_user_is_for_a_daemon_that_is_root() throws IOException {
        var byRoot = new Injected("/run/k/mnt", "/run/k/mgmt.sock", "azure-iot-edge", "root");

        assertThat(user("nobody", byRoot)).isEqualTo(new RunAs(65534, 65534));
        assertThat(user("12345", byRoot)).isEqualTo(new RunAs(12345, 12345));
        assertThat(user("12345:root", byRoot)).isEqualTo(new RunAs(12345, 0));
        assertThat(user("root", byRoot)).isNull();
        assertThatThrownBy(() -> user("no-such-user", byRoot)).hasMessageContaining("knows no such user");
        assertThatThrownBy(() -> user("nobody", INJECTED)).hasMessageContaining("createOptions.User = \"nobody\"");
    }

    private static @Nullable RunAs user(String text, Injected injected) throws IOException {
        return ProcessOptions.parse(new ObjectMapper().createObjectNode().put("User", text), injected)
                .runAs();
    }

    private static ProcessOptions parse(String json) throws IOException {
        return ProcessOptions.parse(new ObjectMapper().readTree(json), INJECTED);
    }
}
