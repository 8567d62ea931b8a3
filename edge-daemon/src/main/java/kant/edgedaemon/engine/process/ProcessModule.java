package kant.edgedaemon.engine.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import kant.daemonapi.management.LogFrames;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.ModuleStatus;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.Labels;
import kant.edgedaemon.engine.LogQuery;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One module as processes. A run goes
 *
 * <pre>
 * (never started | ended) --start--> running --the first process ends--> ended
 *                                       `--a daemon restarted meanwhile: adopt--> running
 * </pre>
 *
 * At its end what is left of its processes is killed, its output is read to the end, its exit code kept. Start, stop and remove come
 * one after another; the end of a run comes by itself, on a virtual thread.
 */
final class ProcessModule {
    private static final Logger log = LoggerFactory.getLogger(ProcessModule.class);
    /** For a run's end to be tidied up, once its first process is gone. */
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private static final Duration ADOPTED_LOOK = Duration.ofMillis(100);
    /** What a shell says of a process that was killed; for runs that nobody saw end. */
    private static final int KILLED = 137;

    private static final int PAGE_BYTES = 4096;
    private static final long NANOS_PER_TICK = 10_000_000;

    // for the module
    private final ModuleSpec spec;
    private final String digest;
    private final ProcessOptions options;
    private final ModuleFolder folder;
    private final ModuleLog output;
    private final String mark;
    private final Tasks tasks;
    private final Time time;
    private final Runnable changed;
    private final Cgroup cgroup;
    private final OutputMover outputs;

    // for a run
    private volatile @Nullable RunRecord run;
    private volatile @Nullable HealthWatch healthWatch;
    private volatile List<OutputPipe> pipes = List.of();
    private volatile CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);

    ProcessModule(
            ModuleSpec spec,
            String digest,
            ProcessOptions options,
            ModuleFolder folder,
            String mark,
            Surroundings around)
            throws IOException {
        this.spec = spec;
        this.digest = digest;
        this.options = options;
        this.folder = folder;
        this.mark = mark;
        this.tasks = around.tasks();
        this.time = around.time();
        this.changed = around.changed();
        this.cgroup = around.cgroup();
        this.outputs = around.outputs();
        this.output = ModuleLog.open(folder.log(), options.log(), time);
        this.run = folder.run();
    }

    /** @param changed called when a run begins or ends */
    record Surroundings(Tasks tasks, Time time, Runnable changed, Cgroup cgroup, OutputMover outputs) {}

    ModuleSpec spec() {
        return spec;
    }

    /** Of its bundle. */
    String digest() {
        return digest;
    }

    ProcessOptions options() {
        return options;
    }

    boolean running() {
        return !ended.isDone();
    }

    /**
     * Takes over a run that outlived a daemon; whether there is one.
     *
     * @param launch how it would be started now, for its health check; null where that is not known any more
     */
    boolean adopt(@Nullable Launch launch) throws IOException {
        RunRecord last = run;
        if (last == null) {
            return false;
        }
        if (!last.alive()) {
            if (folder.exit() == null) {
                folder.saveExit(KILLED); // by a reboot, or together with its launcher
            }
            return false;
        }
        var exit = new CompletableFuture<Void>();
        tasks.spawn("adopted-" + spec.name(), () -> awaitEnd(last, exit));
        watch(last, exit, openPipes(), launch);
        return true;
    }

    /** The system tells only a parent of a process's end; of one that an earlier daemon started we have to ask. */
    private void awaitEnd(RunRecord record, CompletableFuture<Void> exit) {
        try {
            while (record.alive()) {
                time.sleep(ADOPTED_LOOK);
            }
        } catch (IOException e) {
            log.atError().setCause(e).addKeyValue("module", spec.name()).log("a module's processes cannot be seen");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return; // the daemon stops and leaves the run to the next one
        }
        exit.complete(null);
    }

    /** Starts a run of this command. */
    void start(Launch launch, Path script) throws EngineException {
        try {
            if (stillRuns()) {
                return;
            }
            List<Path> groups = options.limited()
                    ? cgroup.limit(spec.name(), options.memoryBytes(), options.nanoCpus())
                    : List.of();
            folder.makePipes();
            folder.forgetExit();
            List<OutputPipe> opened = openPipes();
            Process process;
            try {
                process = spawn(launch, script, groups);
            } catch (IOException e) {
                outputs.drain(opened);
                throw e;
            }
            int pid = (int) process.pid();
            long ticks = ProcStat.of(pid).map(ProcStat::startTicks).orElse(0L);
            var record = new RunRecord(pid, ticks, ProcStat.bootId(), time.now());
            folder.saveRun(record);
            watch(record, process.onExit(), opened, launch);
        } catch (EngineException e) {
            throw e;
        } catch (IOException e) {
            throw EngineException.failed("module \"" + spec.name() + "\" cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted("start", e);
        }
    }

    /** Waits for a run that is just ending to be tidied up. */
    private boolean stillRuns() throws IOException, InterruptedException {
        RunRecord record = run;
        return record != null && running() && (record.alive() || !endsWithin(END_LIMIT));
    }

    private Process spawn(Launch launch, Path script, List<Path> groups) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("setsid", "sh", script.toString(), folder.path().toString()));
        command.add(groups.stream().map(Path::toString).collect(Collectors.joining(":")));
        command.addAll(launch.asUser());
        command.addAll(launch.command());
        var builder = new ProcessBuilder(command)
                .directory(launch.workingDir().toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        return builder.start();
    }

    private List<OutputPipe> openPipes() throws IOException {
        List<OutputPipe> fresh = List.of(
                new OutputPipe(folder.path().resolve("out"), LogFrames.Stream.STDOUT, output),
                new OutputPipe(folder.path().resolve("err"), LogFrames.Stream.STDERR, output));
        pipes = fresh;
        outputs.add(fresh);
        return fresh;
    }

    private void watch(RunRecord record, CompletableFuture<?> exit, List<OutputPipe> opened, @Nullable Launch launch) {
        var end = new CompletableFuture<Void>();
        run = record;
        ended = end;
        HealthWatch checks = launch == null || launch.health() == null
                ? null
                : new HealthWatch(spec.name(), launch.health(), launch, record.startedAt(), tasks, time, changed);
        healthWatch = checks;
        output.live(true);
        var _ = exit.whenComplete((_, _) -> tasks.spawn("end-" + spec.name(), () -> {
            try {
                if (checks != null) {
                    checks.close();
                }
                tidy(record, opened);
            } finally {
                output.live(false);
                end.complete(null);
                changed.run();
            }
        }));
        changed.run();
    }

    /** After the first process: kills the rest, reads the output to its end, sees to the exit code. */
    private void tidy(RunRecord record, List<OutputPipe> opened) {
        try {
            killAll(record.pid());
            outputs.drain(opened);
            if (folder.exit() == null) {
                folder.saveExit(KILLED);
            }
            if (readExit() != 0 && cgroup.ranOutOfMemory(spec.name())) {
                folder.saveOutOfMemory();
            }
            log.atInfo()
                    .addKeyValue("module", spec.name())
                    .addKeyValue("exitCode", readExit())
                    .log("module ended");
        } catch (IOException e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("module", spec.name())
                    .log("the end of a module's run is not tidied up");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the daemon stops; the next one tidies up
        }
    }

    private int readExit() throws IOException {
        ModuleFolder.Exit exit = folder.exit();
        return exit == null ? KILLED : exit.code();
    }

    /** Asks the module to end, waits for the grace, then ends all its processes. */
    void stop(Duration grace) throws EngineException {
        RunRecord record = run;
        if (record == null || !running()) {
            return;
        }
        try {
            ProcessTree.terminate(record);
            if (!endsWithin(grace)) {
                log.atWarn()
                        .addKeyValue("module", spec.name())
                        .addKeyValue("graceMillis", grace.toMillis())
                        .log("module did not end when asked, it is killed");
                killAll(record.pid());
            }
            if (!endsWithin(END_LIMIT)) {
                throw new EngineException(500, "module \"" + spec.name() + "\" does not end, although killed", null);
            }
        } catch (EngineException e) {
            throw e;
        } catch (IOException e) {
            throw EngineException.failed("module \"" + spec.name() + "\" cannot be stopped: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted("stop", e);
        }
    }

    private boolean endsWithin(Duration limit) throws InterruptedException {
        try {
            ended.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run's end never fails", e);
        }
    }

    private void killAll(int pid) throws IOException, InterruptedException {
        if (!ProcessTree.kill(pid, mark, time)) {
            log.atError().addKeyValue("module", spec.name()).log("processes of the module do not die");
        }
    }

    /** Ends it and removes what the engine keeps of it. */
    void remove() throws EngineException {
        stop(Duration.ZERO);
        try {
            output.close();
            folder.delete();
        } catch (IOException e) {
            throw EngineException.failed("module \"" + spec.name() + "\" cannot be removed: " + e.getMessage(), e);
        }
        try {
            cgroup.remove(spec.name());
        } catch (IOException e) {
            log.atWarn().setCause(e).addKeyValue("module", spec.name()).log("the module's control group stays behind");
        }
    }

    /** Lets go of it without touching its processes. */
    void release() throws IOException {
        output.close();
    }

    InputStream logs(LogQuery query) throws EngineException {
        outputs.moveNow(pipes);
        try {
            return new LogReader(output, query);
        } catch (IOException e) {
            throw EngineException.failed("the log of \"" + spec.name() + "\" cannot be read: " + e.getMessage(), e);
        }
    }

    boolean owns(int pid) {
        RunRecord record = run;
        return record != null && running() && ProcessTree.owns(record, pid);
    }

    ModuleDetails details() throws EngineException {
        ObjectNode labels = JsonNodeFactory.instance.objectNode();
        Labels.with(options.labels(), spec.image()).forEach(labels::put);
        return ModuleDetails.read(spec.name(), spec.image(), digest, labels, status());
    }

    private ModuleStatus status() throws EngineException {
        RunRecord record = run;
        if (record == null) {
            return ModuleStatus.neverStarted();
        }
        if (running()) {
            HealthWatch checks = healthWatch;
            return new ModuleStatus(
                    ModuleState.RUNNING, record.startedAt(), null, null, checks == null ? null : checks.health());
        }
        try {
            ModuleFolder.Exit exit = folder.exit();
            if (exit == null) {
                return new ModuleStatus(ModuleState.FAILED, record.startedAt(), null, "nobody saw it end");
            }
            return new ModuleStatus(
                    exit.code() == 0 ? ModuleState.STOPPED : ModuleState.FAILED,
                    record.startedAt(),
                    new ModuleStatus.Exit(exit.code(), exit.time()),
                    exit.outOfMemory()
                            ? "out of memory: killed at its limit of " + options.memoryBytes() + " bytes"
                            : null);
        } catch (IOException e) {
            throw EngineException.failed("the state of \"" + spec.name() + "\" cannot be read: " + e.getMessage(), e);
        }
    }

    /** Memory, processor time and number of processes, in the form of Docker's stats; empty while it does not run. */
    Optional<JsonNode> stats() throws EngineException {
        RunRecord record = run;
        if (record == null || !running()) {
            return Optional.empty();
        }
        try {
            long pages = 0;
            long ticks = 0;
            var members = ProcessTree.members(record.pid(), mark);
            for (ProcStat member : members) {
                pages += member.residentPages();
                ticks += member.cpuTicks();
            }
            ObjectNode stats = JsonNodeFactory.instance.objectNode();
            stats.put("name", "/" + spec.name()).put("read", time.now().toString());
            stats.putObject("memory_stats").put("usage", pages * PAGE_BYTES);
            stats.putObject("pids_stats").put("current", members.size());
            stats.putObject("cpu_stats").putObject("cpu_usage").put("total_usage", ticks * NANOS_PER_TICK);
            return Optional.of(stats);
        } catch (IOException e) {
            throw EngineException.failed("the use of \"" + spec.name() + "\" cannot be read: " + e.getMessage(), e);
        }
    }

    private EngineException interrupted(String what, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return EngineException.failed("the " + what + " of \"" + spec.name() + "\" was interrupted", cause);
    }
}
