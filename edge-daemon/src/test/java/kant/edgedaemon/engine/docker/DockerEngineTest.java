package kant.edgedaemon.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import kant.daemonapi.management.Health;
import kant.daemonapi.management.LogFrames;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.ModuleStatus;
import kant.daemonapi.management.PullPolicy;
import kant.daemonapi.management.RegistryAuth;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.unix.UnixRequest;
import kant.edgedaemon.Eventually;
import kant.edgedaemon.config.DaemonConfig.Engine;
import kant.edgedaemon.config.EngineChoice;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.Labels;
import kant.edgedaemon.engine.LogQuery;
import kant.edgedaemon.image.CleanUp;
import kant.edgedaemon.image.ImageSettings;
import kant.edgedaemon.image.PullLimits;
import kant.edgedaemon.image.SignaturePolicy;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Against a real engine, see {@link EngineUnderTest}. Modules of these tests are named {@code kanttest…}. */
@Tag("docker")
@ParameterizedClass
@MethodSource("kant.edgedaemon.engine.docker.EngineUnderTest#all")
@Timeout(120)
class DockerEngineTest {
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final LogQuery WHOLE = new LogQuery(false, null, null, null, false);

    @Parameter
    EngineUnderTest under;

    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");
    private DockerEngine engine;
    private UnixHttpClient api;

    @BeforeEach
    void open() throws IOException {
        Path socket = under.socket();
        TestImage.load(socket, tasks);
        api = new UnixHttpClient(socket, tasks);
        engine = engine("host", true);
        removeOurs();
    }

    @AfterEach
    void close() throws IOException {
        removeOurs();
        engine.close();
        tasks.close();
    }

    @Test
    void a_module_goes_through_its_life() throws Exception {
        engine.create(spec("kanttest", "exec sleep 1000"));
        assertThat(status().state()).isEqualTo(ModuleState.STOPPED);
        assertThat(status().startTime()).isNull();
        assertThat(engine.inspect("kanttest").image()).isEqualTo(TestImage.NAME);
        assertThat(engine.inspect("kanttest").imageHash()).startsWith("sha256:");

        engine.start("kanttest");
        engine.start("kanttest");
        assertThat(status().state()).isEqualTo(ModuleState.RUNNING);
        assertThat(engine.list()).extracting(m -> m.name()).contains("kanttest");

        engine.stop("kanttest", GRACE);
        engine.stop("kanttest", GRACE);
        assertThat(status().state()).isEqualTo(ModuleState.FAILED);
        assertThat(status().exit().code()).isEqualTo(137);

        engine.remove("kanttest");
        assertThatThrownBy(() -> engine.inspect("kanttest"))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.isNotFound()).isTrue());
        assertThatThrownBy(() -> engine.remove("kanttest")).isInstanceOf(EngineException.class);
    }

    @Test
    void create_options_reach_the_engine_as_they_are_unknown_members_included() throws Exception {
        ModuleSpec spec = ModuleSpec.of(
                "kanttest", TestImage.NAME, options("""
                {"Cmd":["sleep","1"],"Env":["A=options","NOTHING"],"Labels":{"mine":"yes"},"FutureTop":{"x":1},
                 "HostConfig":{"FutureHost":true,"Binds":["%s:/data"],"Memory":33554432}}""".formatted(folder)), Map.of("A", "spec", "B", "spec"));

        engine.create(spec);

        JsonNode container = container("kanttest");
        assertThat(container.path("HostConfig").path("Memory").asLong()).isEqualTo(33554432);
        assertThat(container.path("HostConfig").path("Binds").get(0).asText()).startsWith(folder + ":/data");
        assertThat(container.path("Config").path("Env").toString()).contains("A=options", "B=spec", "NOTHING=");
        assertThat(container.path("Config").path("Labels").path("mine").asText())
                .isEqualTo("yes");
        assertThat(container.path("Config").path("Labels").path(Labels.OWNER).asText())
                .isEqualTo(Labels.OWNER_VALUE);
        assertThat(container
                        .path("Config")
                        .path("Labels")
                        .path(Labels.ORIGINAL_IMAGE)
                        .asText())
                .isEqualTo(TestImage.NAME);
    }

    @Test
    void a_wrong_type_in_create_options_is_told_in_the_engines_words() {
        ModuleSpec spec =
                ModuleSpec.of("kanttest", TestImage.NAME, options("{\"HostConfig\":{\"Memory\":\"much\"}}"), Map.of());

        assertThatThrownBy(() -> engine.create(spec)).hasMessageContaining("Memory");
    }

    @Test
    void a_module_attached_to_the_network_host_shares_the_machines() throws Exception {
        ModuleSpec spec = ModuleSpec.of("kanttest", TestImage.NAME, options("""
                {"NetworkingConfig":{"EndpointsConfig":{"host":{"Aliases":["gw.local"]}}}}"""), Map.of());

        engine.create(spec);

        assertThat(container("kanttest").path("HostConfig").path("NetworkMode").asText())
                .isEqualTo("host");
    }

    @Test
    void the_network_is_made_once_and_a_similar_name_does_not_count() throws Exception {
        api.call(UnixRequest.of("POST", "/networks/create", json("{\"Name\":\"kanttest-net-other\"}")), LIMIT);
        try (DockerEngine other = engine("kanttest-net", true)) {
            ModuleSpec spec = ModuleSpec.of("kanttest", TestImage.NAME, options("""
                    {"NetworkingConfig":{"EndpointsConfig":{"kanttest-net":{"Aliases":["gw.local"]}}}}"""), Map.of());

            other.create(spec);
            other.remove("kanttest");
            other.create(spec);

            assertThat(container("kanttest")
                            .path("NetworkSettings")
                            .path("Networks")
                            .has("kanttest-net"))
                    .isTrue();
            other.remove("kanttest");
        } finally {
            api.call(UnixRequest.of("DELETE", "/networks/kanttest-net"), LIMIT);
            api.call(UnixRequest.of("DELETE", "/networks/kanttest-net-other"), LIMIT);
        }
    }

    @Test
    void privileges_are_taken_where_they_are_not_allowed() throws Exception {
        try (DockerEngine strict = engine("host", false)) {
            strict.create(ModuleSpec.of("kanttest", TestImage.NAME, options("""
                    {"HostConfig":{"Privileged":true,"CapAdd":["NET_ADMIN"],"CapDrop":["KILL"]}}"""), Map.of()));
        }

        JsonNode host = container("kanttest").path("HostConfig");
        assertThat(host.path("Privileged").asBoolean()).isFalse();
        assertThat(host.path("CapAdd").isEmpty()).isTrue();
        assertThat(host.path("CapDrop"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder("KILL", "CHOWN", "SETUID");
    }

    @Test
    void exit_codes_and_times_are_the_engines() throws Exception {
        engine.create(spec("kanttest", "exit 42"));
        engine.start("kanttest");

        Eventually.that("end", () -> status().state() == ModuleState.FAILED);

        assertThat(status().exit().code()).isEqualTo(42);
        // the engine itself writes an end some microseconds before a beginning
        assertThat(status().exit().time()).isAfter(status().startTime().minusSeconds(1));
    }

    @Test
    void logs_come_in_frames_and_end_or_follow() throws Exception {
        engine.create(spec("kanttest", "echo out; echo err >&2; sleep 2; echo late"));
        engine.start("kanttest");

        try (var frames = new LogFrames(engine.logs("kanttest", new LogQuery(true, null, null, null, false)))) {
            var all = new StringBuilder();
            for (var frame = frames.next(); frame != null; frame = frames.next()) {
                all.append(frame.stream()).append(' ').append(new String(frame.bytes(), StandardCharsets.UTF_8));
            }
            assertThat(all.toString()).contains("STDOUT out\n", "STDERR err\n", "STDOUT late\n");
        }
        try (var frames = new LogFrames(engine.logs("kanttest", new LogQuery(false, 1L, null, null, true)))) {
            assertThat(new String(frames.next().bytes(), StandardCharsets.UTF_8))
                    .matches("\\d{4}-.*Z late\n");
            assertThat(frames.next()).isNull();
        }
    }

    @Test
    void events_tell_of_changes() throws Exception {
        var changes = new Semaphore(0);
        engine.onChange(changes::release);
        Eventually.that("an event of a start", () -> {
            engine.create(spec("kanttest", "exit 0"));
            engine.start("kanttest");
            boolean told = changes.tryAcquire(3, 2, TimeUnit.SECONDS);
            engine.remove("kanttest");
            return told;
        });
    }

    @Test
    void only_processes_in_the_container_are_its_own_execd_ones_too() throws Exception {
        engine.create(spec("kanttest", "sleep 1001 & exec sleep 1002"));
        engine.start("kanttest");
        exec("kanttest", "exec sleep 1003");
        Eventually.that("three sleeps", () -> pid("sleep 1001") > 0 && pid("sleep 1002") > 0 && pid("sleep 1003") > 0);

        assertThat(engine.owns("kanttest", pid("sleep 1001"))).isTrue();
        assertThat(engine.owns("kanttest", pid("sleep 1002"))).isTrue();
        assertThat(engine.owns("kanttest", pid("sleep 1003"))).isTrue();
        assertThat(engine.owns("kanttest", (int) ProcessHandle.current().pid())).isFalse();
    }

    @Test
    void a_container_of_others_is_no_module() throws Exception {
        api.call(
                        UnixRequest.of(
                                "POST",
                                "/containers/create?name=kanttest",
                                json("{\"Image\":\"" + TestImage.NAME + "\",\"Cmd\":[\"sleep\",\"1\"]}")),
                        LIMIT)
                .orThrow();

        assertThat(engine.list()).noneMatch(m -> m.name().equals("kanttest"));
        assertThatThrownBy(() -> engine.remove("kanttest")).hasMessageContaining("no such module");
        api.call(UnixRequest.of("DELETE", "/containers/kanttest?force=true"), LIMIT)
                .orThrow();
    }

    @Test
    void a_container_of_another_daemon_is_not_taken() throws Exception {
        var config = new Engine(
                EngineChoice.DOCKER,
                under.socket(),
                "host",
                JsonNodeFactory.instance.objectNode(),
                null,
                true,
                ImageSettings.usual(TestImage.NAME));
        try (var other =
                DockerEngine.open(config, folder.resolve("another"), tasks, Time.system(), Randomness.secure())) {
            other.create(spec("kanttest", "exec sleep 1"));

            assertThat(engine.list()).noneMatch(m -> m.name().equals("kanttest"));
            assertThatThrownBy(() -> engine.start("kanttest"))
                    .hasMessageContaining("belongs to another edge daemon")
                    .hasMessageContaining("/another");
            other.remove("kanttest");
        }
    }

    @Test
    void an_image_that_cannot_be_pulled_is_told_with_the_cause() {
        ModuleSpec spec = new ModuleSpec(
                "kanttest",
                "docker",
                PullPolicy.ON_CREATE,
                "127.0.0.1:1/nothing/here:1",
                options("{}"),
                new RegistryAuth("user", "secret-password", "127.0.0.1:1"),
                null,
                Map.of());

        assertThatThrownBy(() -> engine.pull(spec))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("image \"127.0.0.1:1/nothing/here:1\" cannot be pulled")
                .hasMessageContaining("connection refused")
                .hasMessageNotContaining("secret-password");
    }

    @Test
    void an_image_that_is_not_there_is_the_engines_404() {
        ModuleSpec spec = ModuleSpec.of("kanttest", "kant-test/absent:1", options("{}"), Map.of());

        assertThatThrownBy(() -> engine.check(spec))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.status()).isEqualTo(404))
                .hasMessageContaining("kant-test/absent:1");
    }

    @Test
    void a_pinned_digest_must_be_the_images() throws Exception {
        String id = api.call(UnixRequest.of("GET", "/images/kant-test%2Fbusybox:1/json"), LIMIT)
                .orThrow()
                .json()
                .path("Id")
                .asText();

        assertThatThrownBy(() -> engine.check(pinned("sha256:00"))).hasMessageContaining("It is not run.");
        engine.check(pinned(id));
    }

    @Test
    void stats_tell_the_memory_of_running_modules() throws Exception {
        engine.create(spec("kanttest", "exec sleep 1000"));
        engine.start("kanttest");

        assertThat(engine.stats())
                .anySatisfy(s -> assertThat(s.path("name").asText()).isEqualTo("/kanttest"));
        assertThat(engine.version()).isNotBlank();
        assertThat(DockerEngine.answers(under.socket(), tasks)).isTrue();
    }

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final PullLimits ONE_ATTEMPT = new PullLimits(
            1, 1, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(1));

    private DockerEngine engine(String network, boolean elevatedAllowed) throws IOException {
        var config = new Engine(
                EngineChoice.DOCKER,
                under.socket(),
                network,
                JsonNodeFactory.instance.objectNode(),
                null,
                elevatedAllowed,
                new ImageSettings(SignaturePolicy.NONE, ONE_ATTEMPT, CleanUp.DEFAULT, TestImage.NAME));
        return DockerEngine.open(config, folder.resolve("tests"), tasks, Time.system(), Randomness.secure());
    }

    private void removeOurs() throws IOException {
        for (JsonNode container : api.call(UnixRequest.of("GET", "/containers/json?all=true"), LIMIT)
                .orThrow()
                .json()) {
            String name = container.path("Names").path(0).asText();
            if (name.startsWith("/kanttest")) {
                api.call(UnixRequest.of("DELETE", "/containers" + name + "?force=true"), LIMIT);
            }
        }
    }

    private ModuleStatus status() throws EngineException {
        return engine.inspect("kanttest").status();
    }

    private JsonNode container(String name) throws IOException {
        return api.call(UnixRequest.of("GET", "/containers/" + name + "/json"), LIMIT)
                .orThrow()
                .json();
    }

    private void exec(String name, String script) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("Cmd").add("/bin/sh").add("-c").add(script);
        String id = api.call(UnixRequest.of("POST", "/containers/" + name + "/exec", body), LIMIT)
                .orThrow()
                .json()
                .path("Id")
                .asText();
        api.call(UnixRequest.of("POST", "/exec/" + id + "/start", json("{\"Detach\":true}")), LIMIT)
                .orThrow();
    }

    private static int pid(String commandLine) throws IOException {
        try (var processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(p -> p.getFileName().toString().matches("\\d+"))
                    .filter(p -> commandLine.equals(commandLine(p)))
                    .mapToInt(p -> Integer.parseInt(p.getFileName().toString()))
                    .findFirst()
                    .orElse(0);
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"))
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException _) {
            return ""; // gone
        }
    }

    @Test
    void a_failing_health_check_is_told_beside_the_state() throws Exception {
        ObjectNode options = options("""
                {"Cmd":["/bin/sh","-c","exec sleep 1000"],
                 "Healthcheck":{"Test":["CMD-SHELL","exit 1"],"Interval":100000000,"Retries":1}}""");
        engine.create(ModuleSpec.of("kanttest", TestImage.NAME, options, Map.of()));
        engine.start("kanttest");

        Eventually.that("unhealthy", () -> {
            if (under.isPodman()) { // whose own timers are systemd's
                api.call(UnixRequest.of("GET", "/v4.0.0/libpod/containers/kanttest/healthcheck"), LIMIT);
            }
            return status().health() == Health.UNHEALTHY;
        });
        assertThat(status().state()).isEqualTo(ModuleState.RUNNING);
        engine.stop("kanttest", GRACE);
        assertThat(status().health()).isNull();
    }

    private static ModuleSpec spec(String name, String script) {
        ObjectNode options = options("{}");
        options.putArray("Cmd").add("/bin/sh").add("-c").add(script);
        return ModuleSpec.of(name, TestImage.NAME, options, Map.of());
    }

    private static ModuleSpec pinned(String digest) {
        return new ModuleSpec(
                "kanttest",
                "docker",
                PullPolicy.NEVER,
                TestImage.NAME,
                options("{\"Cmd\":[\"sleep\",\"1\"]}"),
                null,
                digest,
                Map.of());
    }

    private static ObjectNode options(String text) {
        return (ObjectNode) json(text);
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
