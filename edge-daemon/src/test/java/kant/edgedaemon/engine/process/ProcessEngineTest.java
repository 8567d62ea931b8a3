package kant.edgedaemon.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes: {@code /bin/sh} is the bundle's entrypoint. */
@Timeout(60)
class ProcessEngineTest {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final LogQuery WHOLE = new LogQuery(false, null, null, null, false);

    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");
    private ProcessEngine engine;

    @BeforeEach
    void open() throws IOException {
        ProcessEngines.bundle(
                folder, "kant/sh", "1", "{\"entrypoint\":[\"/bin/sh\",\"-c\"],\"cmd\":[\"exec sleep 1000\"]}");
        engine = ProcessEngines.open(folder, tasks);
    }

    @AfterEach
    void close() throws EngineException {
        TestEngines.end(engine);
        tasks.close();
    }

    @Test
    void a_module_goes_through_its_life() throws Exception {
        engine.create(spec("m", "exec sleep 1000"));
        assertThat(status("m")).isEqualTo(ModuleStatus.neverStarted());

        engine.start("m");
        engine.start("m");
        assertThat(status("m").state()).isEqualTo(ModuleState.RUNNING);
        assertThat(engine.list()).hasSize(1);
        assertThat(engine.inspect("m").imageHash()).startsWith("sha256:");
        Eventually.that("sleep", () -> sleeps().equals("1000"));

        engine.stop("m", GRACE);
        engine.stop("m", GRACE);
        assertThat(status("m").state()).isEqualTo(ModuleState.FAILED);
        assertThat(status("m").exit().code()).isEqualTo(143);

        engine.remove("m");
        assertThatThrownBy(() -> engine.inspect("m")).hasMessage("no such module: \"m\"");
        assertThatThrownBy(() -> engine.start("m")).isInstanceOf(EngineException.class);
    }

    @Test
    void a_stop_right_after_a_start_need_not_wait_for_the_grace() throws EngineException {
        engine.create(spec("m", "exec sleep 1000"));
        long begin = System.nanoTime();

        for (int i = 0; i < 5; i++) {
            engine.start("m");
            engine.stop("m", Duration.ofSeconds(30));
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(status("m").state()).isEqualTo(ModuleState.FAILED);
    }

    @Test
    void an_exit_code_is_kept_and_told() throws Exception {
        engine.create(spec("good", "exit 0"));
        engine.create(spec("bad", "exit 7"));
        engine.create(spec("killed", "kill -9 $$"));

        for (String name : new String[] {"good", "bad", "killed"}) {
            engine.start(name);
            Eventually.that("end of " + name, () -> status(name).state() != ModuleState.RUNNING);
        }

        assertThat(status("good").state()).isEqualTo(ModuleState.STOPPED);
        assertThat(status("good").exit().code()).isZero();
        assertThat(status("bad").state()).isEqualTo(ModuleState.FAILED);
        assertThat(status("bad").exit().code()).isEqualTo(7);
        assertThat(status("killed").exit().code()).isEqualTo(137);
    }

    @Test
    void output_of_both_streams_is_kept_in_frames() throws Exception {
        engine.create(spec("m", "echo to-out; echo to-err >&2; printf unfinished"));

        run("m");

        assertThat(text("m", WHOLE, LogFrames.Stream.STDOUT)).isEqualTo("to-out\nunfinished");
        assertThat(text("m", WHOLE, LogFrames.Stream.STDERR)).isEqualTo("to-err\n");
    }

    @Test
    void tail_since_until_and_timestamps_choose_lines() throws Exception {
        engine.create(spec("m", "echo 1; echo 2; echo 3"));
        run("m");
        Instant past = Instant.parse("2020-01-01T00:00:00Z");

        assertThat(text("m", new LogQuery(false, 2L, null, null, false), LogFrames.Stream.STDOUT))
                .isEqualTo("2\n3\n");
        assertThat(text("m", new LogQuery(false, null, past, null, false), LogFrames.Stream.STDOUT))
                .hasLineCount(3);
        assertThat(text("m", new LogQuery(false, null, null, past, false), LogFrames.Stream.STDOUT))
                .isEmpty();
        assertThat(text("m", new LogQuery(false, 1L, null, null, true), LogFrames.Stream.STDOUT))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z 3\n");
    }

    @Test
    void a_following_reader_gets_new_lines_and_ends_with_the_run() throws Exception {
        engine.create(spec("m", "echo first; read line < go; echo $line"));
        Path moduleFolder = Files.createDirectories(folder.resolve("modules/m"));
        new ProcessBuilder("mkfifo", moduleFolder.resolve("go").toString())
                .start()
                .waitFor();
        engine.start("m");

        try (var frames = new LogFrames(engine.logs("m", new LogQuery(true, null, null, null, false)))) {
            assertThat(new String(frames.next().bytes(), StandardCharsets.UTF_8))
                    .isEqualTo("first\n");
            Files.writeString(moduleFolder.resolve("go"), "second\n");
            assertThat(new String(frames.next().bytes(), StandardCharsets.UTF_8))
                    .isEqualTo("second\n");
            assertThat(frames.next()).isNull();
        }
    }

    @Test
    void closing_a_following_reader_wakes_it() throws Exception {
        engine.create(spec("m", "exec sleep 1000"));
        engine.start("m");
        InputStream logs = engine.logs("m", new LogQuery(true, null, null, null, false));
        var ended = new java.util.concurrent.CompletableFuture<Integer>();
        tasks.spawn("reader", () -> {
            try {
                ended.complete(logs.read());
            } catch (IOException e) {
                ended.completeExceptionally(e);
            }
        });

        logs.close();

        assertThat(ended.get(10, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(-1);
    }

    @Test
    void a_stop_ends_descendants_also_those_that_left_the_session() throws Exception {
        engine.create(spec("m", "sleep 1001 & setsid sleep 1002 & (setsid sh -c 'sleep 1003' &) ; exec sleep 1004"));
        engine.start("m");
        Eventually.that("four sleeps", () -> sleeps().equals("1001 1002 1003 1004"));

        engine.stop("m", GRACE);

        assertThat(sleeps()).isEmpty();
    }

    @Test
    void what_a_module_leaves_behind_when_it_ends_by_itself_ends_too() throws Exception {
        engine.create(spec("m", "sleep 1001 & setsid sleep 1002 & exit 0"));

        run("m");

        assertThat(sleeps()).isEmpty();
        assertThat(status("m").exit().code()).isZero();
    }

    @Test
    void a_module_that_does_not_listen_is_killed_after_the_grace() throws Exception {
        engine.create(spec("m", "trap '' TERM; echo deaf; while :; do sleep 1; done"));
        engine.start("m");
        Eventually.that("trap", () -> text("m", WHOLE, LogFrames.Stream.STDOUT).contains("deaf"));

        engine.stop("m", Duration.ofMillis(300));

        assertThat(status("m").exit().code()).isEqualTo(137);
    }

    @Test
    void a_module_that_listens_ends_with_its_own_code() throws Exception {
        engine.create(spec("m", "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.1; done"));
        engine.start("m");
        Eventually.that("trap", () -> text("m", WHOLE, LogFrames.Stream.STDOUT).contains("ready"));

        engine.stop("m", GRACE);

        assertThat(status("m").state()).isEqualTo(ModuleState.STOPPED);
        assertThat(text("m", WHOLE, LogFrames.Stream.STDOUT)).endsWith("bye\n");
    }

    @Test
    void the_environment_is_the_modules_own() throws Exception {
        ObjectNode options = options("""
                {"Cmd":["env; pwd"],"Env":["A=options"],"Labels":{"mine":"yes"}}""");
        engine.create(ModuleSpec.of(
                "m",
                "kant/sh:1",
                options,
                Map.of("A", "spec", "B", "spec", "IOTEDGE_WORKLOADURI", "unix:///in/a/container.sock")));

        run("m");

        String said = text("m", WHOLE, LogFrames.Stream.STDOUT);
        assertThat(said)
                .contains("A=options\n", "B=spec\n")
                .contains("IOTEDGE_WORKLOADURI=unix://" + folder + "/run/mnt/m.sock\n")
                .contains("KANT_DATA=" + folder + "/modules/m\n")
                .endsWith(folder + "/modules/m\n")
                .doesNotContain("JAVA_HOME");
        assertThat(engine.inspect("m").label("mine")).isEqualTo("yes");
    }

    @Test
    void the_spec_on_the_disk_is_for_its_owner_only() throws Exception {
        engine.create(spec("m", "exit 0"));

        Path stored = folder.resolve("engine/m/spec.json");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stored)))
                .isEqualTo("rw-------");
    }

    @Test
    void only_processes_of_the_module_are_its_own() throws Exception {
        engine.create(spec("a", "sleep 1001 & exec sleep 1002"));
        engine.create(spec("b", "exec sleep 1003"));
        engine.start("a");
        engine.start("b");
        Eventually.that("three sleeps", () -> sleeps().equals("1001 1002 1003"));

        assertThat(engine.owns("a", pidOf("sleep 1001"))).isTrue();
        assertThat(engine.owns("a", pidOf("sleep 1002"))).isTrue();
        assertThat(engine.owns("a", pidOf("sleep 1003"))).isFalse();
        assertThat(engine.owns("b", pidOf("sleep 1003"))).isTrue();
        assertThat(engine.owns("a", (int) ProcessHandle.current().pid())).isFalse();
        assertThat(engine.owns("nobody", pidOf("sleep 1001"))).isFalse();
    }

    @Test
    void a_command_that_does_not_exist_ends_with_127_and_says_so() throws Exception {
        ObjectNode options = options("{\"Entrypoint\":[\"/no/such/program\"]}");
        engine.create(ModuleSpec.of("m", "kant/sh:1", options, Map.of()));

        run("m");

        assertThat(status("m").exit().code()).isEqualTo(127);
        assertThat(text("m", WHOLE, LogFrames.Stream.STDERR)).contains("/no/such/program");
    }

    @Test
    void an_image_that_is_not_in_the_catalogue_is_refused_with_those_that_are() {
        var spec = ModuleSpec.of("m", "kant/nothing:1", options("{}"), Map.of());

        assertThatThrownBy(() -> engine.pull(spec))
                .hasMessageContaining("\"kant/nothing:1\" is not in the catalogue")
                .hasMessageContaining("[kant/sh:1]");
        assertThatThrownBy(() -> engine.create(spec)).isInstanceOf(EngineException.class);
        assertThat(folder.resolve("engine/m")).doesNotExist();
    }

    @Test
    void names_and_images_cannot_lead_out_of_the_folders() {
        assertThatThrownBy(() -> engine.create(ModuleSpec.of("../m", "kant/sh:1", options("{}"), Map.of())))
                .hasMessageContaining("is not possible");
        assertThatThrownBy(() -> engine.create(ModuleSpec.of("m", "../../etc:x", options("{}"), Map.of())))
                .hasMessageContaining("is not in the catalogue");
    }

    @Test
    void a_digest_that_does_not_match_is_refused() {
        var pinned = new ModuleSpec(
                "m",
                "docker",
                kant.daemonapi.management.PullPolicy.NEVER,
                "kant/sh:1",
                options("{}"),
                null,
                "sha256:00",
                Map.of());

        assertThatThrownBy(() -> engine.create(pinned)).hasMessageContaining("It is not run.");
    }

    @Test
    void a_bundle_that_is_not_json_is_refused_by_its_path() throws IOException {
        ProcessEngines.bundle(folder, "kant/broken", "1", "{oops");

        assertThatThrownBy(() -> engine.pull(ModuleSpec.of("m", "kant/broken:1", options("{}"), Map.of())))
                .hasMessageContaining("bundle \"kant/broken:1\" in");
    }

    @Test
    void a_change_is_told() throws Exception {
        var changes = new java.util.concurrent.Semaphore(0);
        engine.onChange(changes::release);
        engine.create(spec("m", "exit 0"));

        engine.start("m");

        assertThat(changes.tryAcquire(2, 10, java.util.concurrent.TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void stats_tell_the_memory_of_running_modules() throws Exception {
        engine.create(spec("m", "exec sleep 1000"));
        assertThat(engine.stats()).isEmpty();

        engine.start("m");

        assertThat(engine.stats()).hasSize(1);
        assertThat(engine.stats().getFirst().path("memory_stats").path("usage").asLong())
                .isPositive();
    }

    @Test
    void a_reopened_engine_takes_over_what_still_runs() throws Exception {
        engine.create(spec("m", "echo before; read line < go; echo $line; exit 5"));
        Path moduleFolder = Files.createDirectories(folder.resolve("modules/m"));
        new ProcessBuilder("mkfifo", moduleFolder.resolve("go").toString())
                .start()
                .waitFor();
        engine.start("m");
        Eventually.that(
                "output", () -> text("m", WHOLE, LogFrames.Stream.STDOUT).contains("before"));
        Instant started = status("m").startTime();

        engine = ProcessEngines.open(folder, tasks);

        assertThat(status("m").state()).isEqualTo(ModuleState.RUNNING);
        assertThat(status("m").startTime()).isEqualTo(started);
        engine.start("m");
        Files.writeString(moduleFolder.resolve("go"), "after\n");
        Eventually.that("end", () -> status("m").state() == ModuleState.FAILED);
        assertThat(status("m").exit().code()).isEqualTo(5);
    }

    private void run(String name) throws Exception {
        engine.start(name);
        Eventually.that("end of " + name, () -> status(name).state() != ModuleState.RUNNING);
    }

    private ModuleStatus status(String name) throws EngineException {
        return engine.inspect(name).status();
    }

    private String text(String name, LogQuery query, LogFrames.Stream stream) throws IOException {
        var text = new StringBuilder();
        try (var frames = new LogFrames(engine.logs(name, query))) {
            for (var frame = frames.next(); frame != null; frame = frames.next()) {
                if (frame.stream() == stream) {
                    text.append(new String(frame.bytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return text.toString();
    }

    @Test
    void a_check_that_fails_makes_a_running_module_unhealthy_until_it_succeeds() throws Exception {
        Path well = folder.resolve("well");
        engine.create(checked("test -e " + well));
        engine.start("m");
        assertThat(status("m").health()).isEqualTo(Health.STARTING);

        Eventually.that("unhealthy", () -> status("m").health() == Health.UNHEALTHY);
        assertThat(status("m").state()).isEqualTo(ModuleState.RUNNING);

        Files.createFile(well);
        Eventually.that("healthy", () -> status("m").health() == Health.HEALTHY);
        engine.stop("m", GRACE);
        assertThat(status("m").health()).isNull();
    }

    @Test
    void a_check_that_hangs_has_failed_and_leaves_no_process() throws Exception {
        engine.create(checked("exec sleep 4711"));
        engine.start("m");

        Eventually.that("unhealthy", () -> status("m").health() == Health.UNHEALTHY);
        engine.stop("m", GRACE);
        Eventually.that(
                "no check left",
                () -> ProcessHandle.allProcesses()
                        .noneMatch(p -> p.info().commandLine().orElse("").contains("sleep 4711")));
    }

    @Test
    void a_run_that_is_taken_over_is_checked_as_well() throws Exception {
        engine.create(checked("exit 1"));
        engine.start("m");
        engine.close();
        engine = ProcessEngines.open(folder, tasks);

        Eventually.that("unhealthy", () -> status("m").health() == Health.UNHEALTHY);
    }

    /** 20 ms apart, 100 ms at most, two failures in a row. */
    private static ModuleSpec checked(String check) {
        ObjectNode options = options(
                "{\"Cmd\":[\"exec sleep 1000\"],\"Healthcheck\":{\"Interval\":20000000,\"Timeout\":100000000,\"Retries\":2}}");
        options.withObject("/Healthcheck").putArray("Test").add("CMD-SHELL").add(check);
        return ModuleSpec.of("m", "kant/sh:1", options, Map.of());
    }

    private static ModuleSpec spec(String name, String script) {
        ObjectNode options = options("{}");
        options.putArray("Cmd").add(script);
        return ModuleSpec.of(name, "kant/sh:1", options, Map.of());
    }

    private static ObjectNode options(String json) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The arguments of the sleeps that run in one of this test's modules, sorted. */
    private String sleeps() throws IOException {
        return ProcStat.all().stream()
                .filter(stat -> stat.variable(Launch.MARK).startsWith(folder.toString()))
                .map(stat -> commandLine(stat.pid()))
                .filter(line -> line.startsWith("sleep 100"))
                .map(line -> line.split(" ")[1])
                .sorted()
                .reduce((a, b) -> a + " " + b)
                .orElse("");
    }

    private int pidOf(String commandLine) throws IOException {
        return ProcStat.all().stream()
                .filter(stat -> stat.variable(Launch.MARK).startsWith(folder.toString()))
                .filter(stat -> commandLine(stat.pid()).equals(commandLine))
                .mapToInt(ProcStat::pid)
                .findFirst()
                .orElseThrow();
    }

    private static String commandLine(int pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"))
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException _) {
            return ""; // gone
        }
    }
}
