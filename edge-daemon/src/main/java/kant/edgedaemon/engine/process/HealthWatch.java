package kant.edgedaemon.engine.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kant.daemonapi.management.Health;
import kant.world.Tasks;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks one run of a module again and again, on a virtual thread, until it is closed. */
final class HealthWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HealthWatch.class);

    private final String module;
    private final HealthCheck check;
    private final Launch launch;
    private final Time time;
    private final Runnable changed;
    private final Instant countFrom;
    private final Tasks.Cancellable task;
    private volatile Health health = Health.STARTING;

    /** @param changed called when the module becomes healthy or unhealthy */
    HealthWatch(
            String module,
            HealthCheck check,
            Launch launch,
            Instant started,
            Tasks tasks,
            Time time,
            Runnable changed) {
        this.module = module;
        this.check = check;
        this.launch = launch;
        this.time = time;
        this.changed = changed;
        this.countFrom = started.plus(check.startPeriod());
        this.task = tasks.spawn("health-" + module, this::run);
    }

    Health health() {
        return health;
    }

    private void run() {
        int failures = 0;
        try {
            while (true) {
                time.sleep(check.interval());
                if (succeeds()) {
                    failures = 0;
                    become(Health.HEALTHY);
                } else if (!time.now().isBefore(countFrom) && ++failures >= check.retries()) {
                    become(Health.UNHEALTHY);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the run is over, or the daemon stops
        }
    }

    /** A command that cannot even be started is a failure like any other. */
    private boolean succeeds() throws InterruptedException {
        Process probe;
        try {
            probe = start();
        } catch (IOException e) {
            log.atDebug().addKeyValue("module", module).setCause(e).log("a health check cannot be started");
            return false;
        }
        try {
            return probe.waitFor(check.timeout().toNanos(), TimeUnit.NANOSECONDS) && probe.exitValue() == 0;
        } finally {
            probe.descendants().forEach(ProcessHandle::destroyForcibly);
            probe.destroyForcibly();
        }
    }

    /** With the module's own environment and folder, as if it looked at itself. */
    private Process start() throws IOException {
        Path nowhere = Path.of("/dev/null");
        List<String> command = new ArrayList<>(launch.asUser());
        command.addAll(check.command());
        var builder = new ProcessBuilder(command)
                .directory(launch.workingDir().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(nowhere.toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        return builder.start();
    }

    private void become(Health next) {
        if (health == next) {
            return;
        }
        health = next;
        log.atInfo()
                .addKeyValue("module", module)
                .addKeyValue("health", next.text())
                .log("module's health changed");
        changed.run();
    }

    @Override
    public void close() {
        task.cancel();
    }
}
