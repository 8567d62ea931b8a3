package kant.edgeagent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import kant.daemonapi.management.ManagementClient;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.unix.ApiAnswer;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.unix.UnixHttpServer;
import kant.daemonapi.unix.UnixServerConfig;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.sim.SimTime;
import kant.model.deployment.RuntimeStatus;
import kant.protocol.net.EventLoops;
import kant.world.Tasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Over a real unix socket, against a daemon that answers as told. */
@Timeout(60)
class ManagementDaemonTest {
    private final Deque<ApiAnswer> answers = new ArrayDeque<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final SimTime time = new SimTime();
    private final Instant began = time.now();
    private final Tasks tasks = Tasks.virtual("test");
    private final EventLoops loops = EventLoops.start(1);
    private UnixHttpServer server;
    private ManagementDaemon daemon;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        Path socket = folder.resolve("mgmt.sock");
        server = UnixHttpServer.start(UnixServerConfig.of(socket, "rw-rw----", 50), loops.group(), tasks, call -> {
            requests.add(call.method() + " /" + String.join("/", call.segments()));
            return answers.removeFirst();
        });
        daemon = new ManagementDaemon(new ManagementClient(new UnixHttpClient(socket, tasks)), time);
    }

    @AfterEach
    void stop() {
        server.close();
        tasks.close();
        loops.close();
    }

    @Test
    void modules_are_read_with_labels_state_and_exit() throws IOException {
        answers.add(ApiAnswer.ok(json("""
                {"modules":[{"id":"id","name":"m","type":"docker",
                  "config":{"settings":{"image":"a/m:1","imageHash":"sha256:1","createOptions":{"Labels":{"kant.spec":"f"}}},"env":[]},
                  "status":{"startTime":"2026-08-21T10:00:00Z",
                    "exitStatus":{"exitTime":"2026-08-21T10:01:00Z","statusCode":"3"},
                    "runtimeStatus":{"status":"failed","description":"why"}}}]}
                """)));

        assertThat(daemon.modules())
                .containsExactly(new CurrentModule(
                        "m",
                        "a/m:1",
                        "sha256:1",
                        Map.of("kant.spec", "f"),
                        RuntimeStatus.FAILED,
                        Instant.parse("2026-08-21T10:00:00Z"),
                        new CurrentModule.Exit(3, Instant.parse("2026-08-21T10:01:00Z")),
                        "why"));
    }

    @Test
    void a_server_error_is_asked_for_again_after_2_5_and_11_seconds() throws IOException {
        for (int i = 0; i < 3; i++) {
            answers.add(ApiAnswer.error(500, "busy"));
        }
        answers.add(ApiAnswer.noContent());

        daemon.start("m");

        assertThat(requests).hasSize(4).containsOnly("POST /modules/m/start");
        assertThat(Duration.between(began, time.now())).isEqualTo(Duration.ofSeconds(18));
    }

    @Test
    void after_the_last_attempt_the_daemons_words_are_told() {
        for (int i = 0; i < 4; i++) {
            answers.add(ApiAnswer.error(503, "the engine is away"));
        }

        assertThatThrownBy(() -> daemon.stop("m")).hasMessage("Error calling stop module m: the engine is away");
        assertThat(answers).isEmpty();
    }

    @Test
    void what_the_daemon_refuses_is_not_asked_for_again() {
        answers.add(ApiAnswer.error(404, "no such module"));

        assertThatThrownBy(() -> daemon.remove("m")).hasMessage("Error calling Delete module m: no such module");
        assertThat(time.now()).isEqualTo(began);
    }

    @Test
    void a_pull_is_asked_for_once_for_the_daemon_makes_the_attempts() {
        answers.add(ApiAnswer.error(500, "no registry"));

        assertThatThrownBy(() -> daemon.pull(
                        ModuleSpec.of("m", "r.example/m:1", JsonNodeFactory.instance.objectNode(), Map.of())))
                .hasMessage("Error calling prepare update for module m: no registry");
        assertThat(requests).hasSize(1);
        assertThat(time.now()).isEqualTo(began);
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
