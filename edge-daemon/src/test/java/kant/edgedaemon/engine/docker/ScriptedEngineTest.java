package kant.edgedaemon.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.PullPolicy;
import kant.daemonapi.management.RegistryAuth;
import kant.daemonapi.unix.ApiAnswer;
import kant.daemonapi.unix.ApiCall;
import kant.daemonapi.unix.UnixHttpServer;
import kant.daemonapi.unix.UnixServerConfig;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.image.PullLimits;
import kant.protocol.net.EventLoops;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a real engine seldom does on demand, played by a script. */
@Timeout(30)
class ScriptedEngineTest {
    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");
    private final EventLoops loops = EventLoops.start(1);
    private final List<ApiCall> calls = new CopyOnWriteArrayList<>();
    private UnixHttpServer server;
    private ImagePull pull;
    private String progress = "{\"status\":\"Pulling\"}\r\n{\"status\":\"Done\"}\r\n";

    @BeforeEach
    void start() throws IOException {
        Path socket = folder.resolve("engine.sock");
        server = UnixHttpServer.start(UnixServerConfig.of(socket, "rw-rw----", 50), loops.group(), tasks, this::answer);
        pull = new ImagePull(new DockerClient(socket, tasks), PullLimits.DEFAULT, tasks, Time.system());
    }

    @AfterEach
    void stop() {
        server.close();
        tasks.close();
        loops.close();
    }

    @Test
    void a_pull_names_image_tag_and_credentials_at_the_negotiated_version() throws Exception {
        pull.pull(spec(new RegistryAuth("u", "p", "r.io")));

        ApiCall call = calls.getLast();
        assertThat(call.segments()).containsExactly("v1.41", "images", "create");
        assertThat(call.query()).containsEntry("fromImage", "r.io/a/b").containsEntry("tag", "2");
        assertThat(call.header("x-registry-auth")).isEqualTo(ImagePull.header(new RegistryAuth("u", "p", "r.io")));
    }

    @Test
    void a_pull_without_credentials_sends_none() throws Exception {
        pull.pull(spec(null));

        assertThat(calls.getLast().header("x-registry-auth")).isNull();
    }

    @Test
    void an_error_inside_a_good_answer_fails_the_pull_with_the_last_cause() {
        progress = "{\"errorDetail\":{\"message\":\"first\"}}\r\n{\"status\":\"x\"}\r\n"
                + "{\"errorDetail\":{\"message\":\"no space left on device\"},\"error\":\"x\"}\r\n";

        assertThatThrownBy(() -> pull.pull(spec(null)))
                .isInstanceOf(EngineException.class)
                .hasMessage("image \"r.io/a/b:2\" cannot be pulled: no space left on device");
    }

    @Test
    void progress_that_is_not_json_fails_the_pull() {
        progress = "<html>";

        assertThatThrownBy(() -> pull.pull(spec(null))).hasMessageContaining("is not JSON");
    }

    private static ModuleSpec spec(RegistryAuth auth) {
        return new ModuleSpec(
                "m",
                "docker",
                PullPolicy.ON_CREATE,
                "r.io/a/b:2",
                JsonNodeFactory.instance.objectNode(),
                auth,
                null,
                Map.of());
    }

    private ApiAnswer answer(ApiCall call) {
        calls.add(call);
        return call.segments().contains("_ping")
                ? new ApiAnswer.Empty(200, Map.of("Api-Version", "1.41"))
                : new ApiAnswer.Stream(
                        200, "application/json", new ByteArrayInputStream(progress.getBytes(StandardCharsets.UTF_8)));
    }
}
