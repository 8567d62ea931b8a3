package kant.edgedaemon.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.ModuleSockets;
import kant.edgedaemon.engine.Modules;
import kant.edgedaemon.engine.TestEngines;
import kant.edgedaemon.engine.docker.FaultyRegistry.Mood;
import kant.edgedaemon.image.CleanUp;
import kant.edgedaemon.image.ImageSettings;
import kant.edgedaemon.image.PullLimits;
import kant.edgedaemon.image.SignaturePolicy;
import kant.world.Tasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real engine and a registry that fails in every way. Whatever it does, a module that runs is not touched. */
@Tag("docker")
@Timeout(120)
class RegistryFaultsTest {
    private static final String MODULE = "kanttest-faults";
    private static final Duration STALL = Duration.ofMillis(1500);
    private static final PullLimits LIMITS =
            new PullLimits(2, 2, STALL, Duration.ofSeconds(3), Duration.ofMillis(50), Duration.ofMillis(400));

    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");
    private FaultyRegistry registry;
    private DockerEngine engine;
    private Modules modules;
    private Instant started;

    @BeforeEach
    void start() throws Exception {
        TestImage.load(DockerSocket.path(), tasks);
        registry = new FaultyRegistry(folder.toString(), tasks);
        engine = TestEngines.docker(
                DockerSocket.path(),
                new ImageSettings(SignaturePolicy.NONE, LIMITS, CleanUp.DEFAULT, TestImage.NAME),
                folder,
                tasks);
        modules = new Modules(engine, new NoSockets(), SignaturePolicy.NONE, spec -> spec);
        var options = JsonNodeFactory.instance.objectNode();
        options.putArray("Cmd").add("sleep").add("1000");
        engine.create(ModuleSpec.of(MODULE, TestImage.NAME, options, Map.of()));
        engine.start(MODULE);
        started = engine.inspect(MODULE).status().startTime();
    }

    @AfterEach
    void the_module_still_runs_its_first_run() throws Exception {
        try {
            assertThat(engine.inspect(MODULE).status().state()).isEqualTo(ModuleState.RUNNING);
            assertThat(engine.inspect(MODULE).status().startTime()).isEqualTo(started);
        } finally {
            engine.remove(MODULE);
            engine.close();
            registry.close();
            tasks.close();
        }
    }

    @Test
    void a_passing_failure_costs_another_attempt() {
        registry.be(Mood.BROKEN, 1);

        assertThatCode(() -> engine.pull(wanted())).doesNotThrowAnyException();
    }

    @Test
    void a_lasting_failure_is_told_after_the_attempts_and_an_update_to_it_leaves_the_module() {
        registry.be(Mood.BROKEN);

        assertThatThrownBy(() -> modules.replace(wanted()))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(registry.image())
                .hasMessageContaining("500");
    }

    @Test
    void a_refusal_is_told_at_once() {
        registry.be(Mood.UNAUTHORIZED);

        assertThatThrownBy(() -> modules.replace(wanted()))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("unauthorized");
        assertThat(registry.manifestsAsked()).isEqualTo(1);
    }

    @Test
    void too_many_requests_are_answered_with_a_longer_pause() {
        registry.be(Mood.TOO_MANY_REQUESTS, 1);
        long begin = System.nanoTime();

        assertThatCode(() -> engine.pull(wanted())).doesNotThrowAnyException();

        assertThat(since(begin)).isGreaterThan(LIMITS.longPause());
    }

    @Test
    void a_registry_that_says_nothing_is_given_up_and_does_not_keep_other_pulls_waiting() throws Exception {
        registry.be(Mood.SILENT);
        var silent = pulled(wanted());

        try (var other = new FaultyRegistry(folder + "other", tasks)) {
            assertThatCode(() -> engine.pull(spec(other.image()))).doesNotThrowAnyException();
        }
        assertThat(silent.get(30, TimeUnit.SECONDS))
                .contains("neither the registry nor the engine answered within 1 s");
    }

    @Test
    void a_layer_that_does_not_come_is_given_up() throws Exception {
        registry.be(Mood.STALLING);

        assertThat(pulled(wanted()).get(30, TimeUnit.SECONDS)).contains("no progress for 1 s");
    }

    @Test
    void a_layer_that_is_always_cut_short_is_given_up() throws Exception {
        registry.be(Mood.TRUNCATING);

        assertThat(pulled(wanted()).get(60, TimeUnit.SECONDS)).contains("was not done within 3 s");
    }

    @Test
    void a_registry_that_vanished_is_told_and_one_that_came_back_is_used() throws Exception {
        registry.close();
        assertThat(pulled(wanted()).get(30, TimeUnit.SECONDS)).contains("connection refused");

        registry = new FaultyRegistry(folder.toString(), tasks);
        assertThatCode(() -> engine.pull(wanted())).doesNotThrowAnyException();
    }

    @Test
    void many_who_want_the_same_image_share_one_pull() throws Exception {
        List<CompletableFuture<String>> all =
                IntStream.range(0, 10).mapToObj(_ -> pulled(wanted())).toList();

        for (CompletableFuture<String> one : all) {
            assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo("pulled");
        }
        // the engine asks once by tag; a caller that came after the end pulls again
        assertThat(registry.manifestsAsked()).isLessThan(5);
    }

    /** How the pull ended. */
    private CompletableFuture<String> pulled(ModuleSpec spec) {
        var ended = new CompletableFuture<String>();
        tasks.spawn("pull", () -> {
            try {
                engine.pull(spec);
                ended.complete("pulled");
            } catch (EngineException e) {
                ended.complete(String.valueOf(e.getMessage()));
            }
        });
        return ended;
    }

    private ModuleSpec wanted() {
        return spec(registry.image());
    }

    private static ModuleSpec spec(String image) {
        return ModuleSpec.of(MODULE, image, JsonNodeFactory.instance.objectNode(), Map.of());
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static final class NoSockets implements ModuleSockets {
        @Override
        public void check(String module) {}

        @Override
        public void open(String module) throws IOException {}

        @Override
        public void close(String module) {}
    }
}
