package kant.edgedaemon.watch;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleSpec;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.Modules;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one module running. Woken by the engine's events, and once a minute in case one was missed; attempts are spaced by a back-off
 * that a steady run resets.
 *
 * <pre>
 * missing                          create, start
 * made by us from another spec     replace, start
 * stopped, failed                  start
 * dead, unknown                    remove, create, start
 * running                          nothing
 * </pre>
 */
public final class ModuleWatch implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(ModuleWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(60);
    private static final Duration WHILE_BUSY = Duration.ofSeconds(1);
    /** A module that ran this long is well. */
    private static final Duration STEADY = Duration.ofSeconds(60);

    /** A pull may be under way; what it makes is refused later. */
    private static final long STOP_SECONDS = 3;

    private final Modules modules;
    private final WatchedSpec source;
    private final Preparation preparation;
    private final Probation probation;
    private final Time time;
    private final Semaphore wake = new Semaphore(0);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopped;

    // owned by the watching thread
    private final Backoff backoff = new Backoff();
    /** Of looks that fail, as all do while the engine is away: without pauses of their own they would follow at once. */
    private final Backoff looks = new Backoff();

    private boolean engineAway;
    private boolean prepared;
    private long notBefore;

    /** What must succeed once before the first look, however often it fails while the engine is away. */
    public interface Preparation {
        void run() throws IOException;
    }

    /** Judges a module that is on probation, before anything else is done about it. */
    public interface Probation {
        /** Whether the module is just being replaced: what is seen of it then is nothing to mend. */
        boolean busy();

        /** In how long to look again; empty where nothing is on probation. */
        Optional<Duration> look() throws IOException;
    }

    public ModuleWatch(Modules modules, WatchedSpec source, Preparation preparation, Probation probation, Time time) {
        this.modules = modules;
        this.source = source;
        this.preparation = preparation;
        this.probation = probation;
        this.time = time;
        this.notBefore = time.nanos();
    }

    /** Looks at once; called by the engine when something changed. */
    public void wake() {
        wake.release();
    }

    /** Makes {@link #run} return and waits for that a bounded time; the module stays as it is. */
    public void stop() throws InterruptedException {
        stopped = true;
        wake.release();
        if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
            log.atWarn().addKeyValue("module", source.name()).log("the watch is still at work, it is left alone");
        }
    }

    @Override
    public void run() {
        try {
            watch();
        } finally {
            ended.countDown();
        }
    }

    private void watch() {
        while (!stopped) {
            await(turn());
        }
    }

    /** One look, with what must come before the first; says how long nothing is to be done unless somebody wakes. */
    Duration turn() {
        try {
            if (!prepared) {
                preparation.run();
                prepared = true;
            }
            Duration wait = look();
            looks.reset();
            return wait;
        } catch (IOException e) {
            Duration attempt = untilNextAttempt();
            Duration wait = attempt.isPositive() ? attempt : looks.next();
            log.atWarn()
                    .addKeyValue("module", source.name())
                    .addKeyValue("reason", e.getMessage())
                    .addKeyValue("retryInMillis", wait.toMillis())
                    .log("module cannot be kept running, will retry");
            return wait;
        }
    }

    /** Does what the module needs; says how long nothing is to be done unless somebody wakes. */
    Duration look() throws IOException {
        if (probation.busy()) {
            return WHILE_BUSY;
        }
        Optional<Duration> judgement = probation.look();
        Duration next = keepRunning();
        return judgement.isPresent() && judgement.get().compareTo(next) < 0 ? judgement.get() : next;
    }

    private Duration keepRunning() throws IOException {
        Optional<ModuleDetails> now = find();
        boolean running = now.isPresent() && isAsWanted(now.get());
        if (running) {
            return afterGoodLook(now.get());
        }
        Duration wait = untilNextAttempt();
        if (wait.isPositive()) {
            return wait;
        }
        notBefore = time.nanos() + backoff.next().toNanos();
        mend(now);
        return PERIOD;
    }

    private boolean isAsWanted(ModuleDetails now) throws IOException {
        return switch (now.status().state()) {
            case RUNNING -> !madeFromAnotherSpec(now);
            case STOPPED, FAILED, DEAD, UNKNOWN -> false;
        };
    }

    private Duration afterGoodLook(ModuleDetails now) {
        Instant started = now.status().startTime();
        Duration up = started == null ? Duration.ZERO : Duration.between(started, time.now());
        if (up.compareTo(STEADY) >= 0) {
            backoff.reset();
        }
        return PERIOD;
    }

    private void mend(Optional<ModuleDetails> now) throws IOException {
        if (now.isEmpty()) {
            modules.create(SpecDigest.labelled(source.fresh()));
        } else if (madeFromAnotherSpec(now.get())) {
            log.atInfo().addKeyValue("module", source.name()).log("configuration changed, module is made anew");
            modules.replace(SpecDigest.labelled(source.fresh()));
        } else {
            switch (now.get().status().state()) {
                case STOPPED, FAILED, RUNNING -> {
                    // starting is all it needs
                }
                case DEAD, UNKNOWN -> {
                    ModuleSpec spec = SpecDigest.labelled(source.fresh());
                    modules.remove(source.name());
                    modules.create(spec);
                }
            }
        }
        modules.start(source.name());
    }

    private boolean madeFromAnotherSpec(ModuleDetails now) throws IOException {
        String label = now.label(SpecDigest.LABEL);
        return label != null && !label.equals(SpecDigest.of(source.remembered()));
    }

    private Optional<ModuleDetails> find() throws EngineException {
        Optional<ModuleDetails> found;
        try {
            found = Optional.of(modules.inspect(source.name()));
        } catch (EngineException e) {
            if (!e.isNotFound()) {
                engineAway = true;
                throw e;
            }
            found = Optional.empty();
        }
        forgiveWhatEndedWithTheEngine();
        return found;
    }

    /** A module that ended because its engine did is not one that keeps ending. */
    private void forgiveWhatEndedWithTheEngine() {
        if (engineAway) {
            engineAway = false;
            backoff.reset();
            notBefore = time.nanos();
        }
    }

    private Duration untilNextAttempt() {
        Duration wait = Duration.ofNanos(notBefore - time.nanos());
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    private void await(Duration wait) {
        try {
            if (wake.tryAcquire(Math.max(wait.toMillis(), 1), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException _) {
            stopped = true; // the daemon stops
            Thread.currentThread().interrupt();
        }
    }
}
