package kant.edgedaemon.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import kant.daemonapi.management.Health;
import kant.daemonapi.management.LogFrames;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.ModuleStatus;
import kant.edgedaemon.Eventually;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.LogQuery;
import kant.edgedaemon.engine.TestEngines;
import kant.world.Tasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only root can try: real control groups, of whichever version this machine has, and other users. */
@Tag("root")
@Timeout(60)
class ProcessLimitsTest {
    private static final long MEMORY = 24L * 1024 * 1024;

    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");
    private ProcessEngine engine;

    @BeforeEach
    void open() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        ProcessEngines.bundle(folder, "kant/sh", "1", "{\"entrypoint\":[\"/bin/sh\",\"-c\"]}");
        engine = ProcessEngines.open(folder, tasks, "root");
    }

    @AfterEach
    void close() throws EngineException {
        TestEngines.end(engine);
        tasks.close();
    }

    @Test
    void a_module_that_eats_memory_up_to_its_limit_is_killed_and_reported() throws Exception {
        create("eater", "exec tail /dev/zero", "\"HostConfig\":{\"Memory\":" + MEMORY + "}");

        end("eater");

        assertThat(status("eater").state()).isEqualTo(ModuleState.FAILED);
        assertThat(status("eater").exit().code()).isEqualTo(137);
        assertThat(status("eater").description())
                .isEqualTo("out of memory: killed at its limit of " + MEMORY + " bytes");
        engine.close();
        engine = ProcessEngines.open(folder, tasks, "root");
        assertThat(status("eater").description()).startsWith("out of memory");
    }

    @Test
    void a_module_within_its_limit_and_one_killed_by_somebody_else_are_not_reported_so() throws Exception {
        create("good", "exit 0", "\"HostConfig\":{\"Memory\":" + MEMORY + ",\"NanoCpus\":500000000}");
        create("killed", "kill -9 $$", "\"HostConfig\":{\"Memory\":" + MEMORY + "}");

        end("good");
        end("killed");

        assertThat(status("good").state()).isEqualTo(ModuleState.STOPPED);
        assertThat(status("killed").exit().code()).isEqualTo(137);
        assertThat(status("killed").description()).isNull();
    }

    @Test
    void the_memory_limit_holds_for_all_of_the_modules_processes_and_starts_afresh() throws Exception {
        create("parent", "tail /dev/zero; exit 3", "\"HostConfig\":{\"Memory\":" + MEMORY + "}");

        end("parent");
        assertThat(status("parent").exit().code()).isEqualTo(3);
        assertThat(status("parent").description()).startsWith("out of memory");
        engine.start("parent");
        assertThat(status("parent").description()).isNull();
    }

    @Test
    void a_module_runs_as_its_own_user_in_a_folder_of_its_own() throws Exception {
        create(
                "own",
                "id -u; id -g; id -G; echo x > mine; cat " + folder + "/engine/own/spec.json",
                "\"User\":\"nobody\"");

        end("own");

        assertThat(text("own", LogFrames.Stream.STDOUT)).isEqualTo("65534\n65534\n65534\n");
        assertThat(text("own", LogFrames.Stream.STDERR)).contains("Permission denied");
        assertThat(Files.getOwner(folder.resolve("modules/own/mine")).getName()).isEqualTo("nobody");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("modules/own"))))
                .isEqualTo("rwx------");
        assertThat(engine.inspect("own").status().state()).isEqualTo(ModuleState.FAILED);
    }

    @Test
    void a_stop_ends_another_users_processes_and_its_health_is_looked_at_as_that_user() throws Exception {
        create("own", "sleep 1001 & exec sleep 1000", """
                "User":"12345:12345",
                "Healthcheck":{"Test":["CMD-SHELL","test $(id -u) = 12345"],"Interval":20000000,"Retries":1}""");
        engine.start("own");
        Eventually.that("healthy", () -> status("own").health() == Health.HEALTHY);

        engine.stop("own", Duration.ofSeconds(5));

        assertThat(ProcStat.all()).noneMatch(stat -> stat.variable(Launch.MARK).startsWith(folder.toString()));
    }

    private void create(String name, String script, String members) throws IOException {
        ObjectNode options = (ObjectNode) new ObjectMapper().readTree("{" + members + "}");
        options.putArray("Cmd").add(script);
        engine.create(ModuleSpec.of(name, "kant/sh:1", options, Map.of()));
    }

    private void end(String name) throws Exception {
        engine.start(name);
        Eventually.that("end of " + name, () -> status(name).state() != ModuleState.RUNNING);
    }

    private ModuleStatus status(String name) throws EngineException {
        return engine.inspect(name).status();
    }

    private String text(String name, LogFrames.Stream stream) throws IOException {
        var text = new StringBuilder();
        try (var frames = new LogFrames(engine.logs(name, new LogQuery(false, null, null, null, false)))) {
            for (LogFrames.Frame frame = frames.next(); frame != null; frame = frames.next()) {
                if (frame.stream() == stream) {
                    text.append(new String(frame.bytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return text.toString();
    }
}
