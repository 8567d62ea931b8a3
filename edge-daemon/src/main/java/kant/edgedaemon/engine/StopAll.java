package kant.edgedaemon.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kant.daemonapi.management.ModuleDetails;
import kant.world.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends all modules when the daemon stops: first the agent, which would start them again, then the modules at once, last the hub,
 * which takes the modules' last messages. All of it fits into the 40 s that systemd allows.
 */
public final class StopAll {
    private static final Logger log = LoggerFactory.getLogger(StopAll.class);
    private static final String AGENT = "edgeAgent";
    private static final String HUB = "edgeHub";
    /** On top of the grace, for the engine to kill and remove. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private final Modules modules;
    private final Tasks tasks;
    private final boolean remove;

    /** @param remove whether modules are also removed */
    public StopAll(Modules modules, Tasks tasks, boolean remove) {
        this.modules = modules;
        this.tasks = tasks;
        this.remove = remove;
    }

    /** Blocks until all have ended or their time is over. */
    public void run() throws EngineException, InterruptedException {
        modules.seal();
        List<String> names = modules.list().stream().map(ModuleDetails::name).toList();
        stop(names.stream().filter(AGENT::equals).toList());
        stop(names.stream()
                .filter(name -> !name.equals(HUB) && !name.equals(AGENT))
                .toList());
        stop(names.stream().filter(HUB::equals).toList());
    }

    private void stop(List<String> names) throws InterruptedException {
        var done = new CountDownLatch(names.size());
        for (String name : names) {
            tasks.spawn("stop-" + name, () -> {
                try {
                    stop(name);
                } finally {
                    done.countDown();
                }
            });
        }
        if (!done.await(Modules.GRACE.plus(MARGIN).toMillis(), TimeUnit.MILLISECONDS)) {
            log.atError().addKeyValue("modules", names).log("modules do not stop in time");
        }
    }

    private void stop(String name) {
        try {
            modules.stop(name, Modules.GRACE);
            if (remove) {
                modules.remove(name);
            }
        } catch (EngineException e) {
            log.atError()
                    .addKeyValue("module", name)
                    .addKeyValue("reason", e.getMessage())
                    .log("module does not stop");
        }
    }
}
