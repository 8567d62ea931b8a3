package kant.edgedaemon.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kant.edgedaemon.engine.EngineException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With shells that bear a shim's name; {@code EngineKilledTest} of conformance leaves real ones. */
@Timeout(30)
class LeftoversTest {
    private static final String ENDED = "ab".repeat(32);
    private static final String RUNNING = "cd".repeat(32);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void only_the_shim_of_a_container_that_does_not_run_is_killed() throws Exception {
        Process left = start("containerd-shim-test", ENDED);
        Process others = start("containerd-shim-test", RUNNING);
        Process reader = start("docker-logs", ENDED); // somebody who looks at the container

        Leftovers.end(Map.of(ENDED, "m"), Instant.now().plusSeconds(1));

        assertThat(left.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(others.isAlive()).isTrue();
        assertThat(reader.isAlive()).isTrue();
    }

    @Test
    void what_was_started_since_belongs_to_a_start_that_is_under_way() throws Exception {
        Process fresh = start("containerd-shim-test", ENDED);

        Leftovers.end(Map.of(ENDED, "m"), Instant.now().minusSeconds(60));

        assertThat(fresh.isAlive()).isTrue();
    }

    @Test
    void a_failed_start_tells_what_was_left() {
        assertThat(seenIn("task abcd: already exists")).isEqualTo(Leftovers.Kind.PROCESSES);
        assertThat(seenIn("failed to start shim: mkdir /run/x/moby/abcd: file exists: unknown"))
                .isEqualTo(Leftovers.Kind.FILES);
        assertThat(seenIn("OCI runtime create failed: exec: \"/x\": no such file"))
                .isEqualTo(Leftovers.Kind.NONE);
    }

    private static Leftovers.Kind seenIn(String message) {
        return Leftovers.seenIn(new EngineException(500, message, null));
    }

    private Process start(String name, String container) throws IOException {
        Path program = folder.resolve(name);
        if (!Files.exists(program)) {
            Files.copy(Path.of("/bin/bash"), program);
        }
        Process process = new ProcessBuilder(program.toString(), "-c", "read", "-id", container).start();
        started.add(process);
        return process;
    }
}
