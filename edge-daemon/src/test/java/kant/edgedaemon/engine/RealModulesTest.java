package kant.edgedaemon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kant.daemonapi.management.Health;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.ModuleStatus;
import kant.edgedaemon.Eventually;
import kant.edgedaemon.engine.docker.EngineUnderTest;
import kant.edgedaemon.engine.docker.TestImage;
import kant.edgedaemon.engine.process.ProcessEngines;
import kant.edgedaemon.image.ImageSettings;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Modules that end in every way, with the same create options for every engine. How often they are restarted is the agent's. */
@Tag("docker")
@ParameterizedClass
@MethodSource("engines")
@Timeout(60)
class RealModulesTest {
    private static final String MODULE = "kanttest-real";
    private static final long MEMORY = 24L * 1024 * 1024;

    /** A container engine; null for processes. */
    @Parameter
    @Nullable
    EngineUnderTest containers;

    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");
    private ModuleEngine engine;

    static Stream<@Nullable EngineUnderTest> engines() {
        return Stream.concat(Stream.of((EngineUnderTest) null), EngineUnderTest.all());
    }

    @BeforeEach
    void open() throws IOException {
        if (containers == null) {
            ProcessEngines.bundle(folder, "kant-test/busybox", "1", "{}");
            engine = ProcessEngines.open(folder, tasks, System.getProperty("user.name"));
            return;
        }
        TestImage.load(containers.socket(), tasks);
        engine = TestEngines.docker(containers.socket(), ImageSettings.usual(TestImage.NAME), folder, tasks);
    }

    @AfterEach
    void close() throws EngineException {
        TestEngines.end(engine);
        tasks.close();
    }

    @Test
    void exit_codes_are_told_as_they_are() throws Exception {
        for (int code : new int[] {0, 1, 255}) {
            create("exit " + code, "{}");

            ModuleStatus status = end();

            assertThat(status.state()).isEqualTo(code == 0 ? ModuleState.STOPPED : ModuleState.FAILED);
            assertThat(status.exit().code()).isEqualTo(code);
            assertThat(status.description()).isNull();
            engine.remove(MODULE);
        }
    }

    @Test
    void a_module_that_eats_memory_up_to_its_limit_is_killed_and_reported() throws Exception {
        create("exec /bin/busybox tail /dev/zero", "{\"HostConfig\":{\"Memory\":" + MEMORY + "}}");

        ModuleStatus status = end();

        assertThat(status.state()).isEqualTo(ModuleState.FAILED);
        assertThat(status.exit().code()).isEqualTo(137);
        if (containers == null || !containers.isPodman()) { // which does not tell why
            assertThat(status.description()).startsWith("out of memory: killed at its limit");
        }
    }

    @Test
    void a_module_that_ignores_sigterm_is_killed_after_the_grace_that_its_options_name() throws Exception {
        create("trap '' TERM; echo deaf; while :; do /bin/busybox sleep 0.2; done", "{\"StopTimeout\":1}");
        engine.start(MODULE);
        Duration grace = engine.grace(MODULE, Modules.GRACE);
        assertThat(grace).isEqualTo(Duration.ofSeconds(1));
        Eventually.that("the trap to be set", () -> said().contains("deaf"));
        long begin = System.nanoTime();

        engine.stop(MODULE, grace);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        assertThat(status().state()).isEqualTo(ModuleState.FAILED);
        assertThat(status().exit().code()).isEqualTo(137);
    }

    @Test
    void a_module_whose_health_flaps_is_told_unhealthy_only_after_its_failures_in_a_row() throws Exception {
        if (checksAreSystemds()) {
            return;
        }
        create("exec /bin/busybox sleep 1000", check(toggling("a") + " && exit 0; exit 1", 2));
        engine.start(MODULE);
        Set<Health> seen = EnumSet.noneOf(Health.class);
        long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();

        Eventually.that("three seconds of flapping", () -> {
            Health health = status().health();
            seen.add(health == null ? Health.STARTING : health);
            return System.nanoTime() > end;
        });

        assertThat(seen).contains(Health.HEALTHY).doesNotContain(Health.UNHEALTHY);
    }

    @Test
    void a_module_that_hangs_becomes_unhealthy_and_goes_on_running() throws Exception {
        if (checksAreSystemds()) {
            return;
        }
        create("exec /bin/busybox sleep 1000", check("exec /bin/busybox sleep 1000", 2));
        engine.start(MODULE);

        Eventually.that("unhealthy", () -> status().health() == Health.UNHEALTHY);

        assertThat(status().state()).isEqualTo(ModuleState.RUNNING);
    }

    /** Podman has systemd run its checks, which is not here. */
    private boolean checksAreSystemds() {
        return containers != null && containers.isPodman();
    }

    /** Removes a file or makes it, in turns; true where it made it. */
    private static String toggling(String file) {
        return "if [ -e %1$s ]; then /bin/busybox rm %1$s; false; else : > %1$s; fi".formatted(file);
    }

    private static String check(String script, int retries) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        ObjectNode check = options.putObject("Healthcheck");
        check.put("Interval", 100_000_000).put("Timeout", 500_000_000).put("Retries", retries);
        check.putArray("Test").add("CMD-SHELL").add(script);
        return options.toString();
    }

    private void create(String script, String options) throws IOException {
        ObjectNode all = (ObjectNode) new ObjectMapper().readTree(options);
        all.putArray("Entrypoint").add("/bin/sh").add("-c");
        all.putArray("Cmd").add(script);
        engine.create(ModuleSpec.of(MODULE, "kant-test/busybox:1", all, Map.of()));
    }

    private String said() throws IOException {
        try (var log = engine.logs(MODULE, new LogQuery(false, null, null, null, false))) {
            return new String(log.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private ModuleStatus end() throws Exception {
        engine.start(MODULE);
        Eventually.that("the module to end", () -> status().state() != ModuleState.RUNNING);
        return status();
    }

    private ModuleStatus status() throws EngineException {
        return engine.inspect(MODULE).status();
    }
}
