package kant.edgedaemon.engine.docker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.RegistryAuth;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.image.PullLimits;
import kant.world.Randomness;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pulls within bounds: a few at a time, each once however many callers wait for it (an agent that gave up and asks again joins the pull
 * that goes on), and again after a pause where the cause may pass. Nothing here holds a module's lock: what runs goes on running.
 */
final class Pulls {
    private static final Logger log = LoggerFactory.getLogger(Pulls.class);
    /** More than any deployment has images; each waiting pull holds its caller's thread. */
    private static final int MAX_UNDER_WAY = 256;

    private static final int UNAVAILABLE = 503;

    private final Attempt attempt;
    private final PullLimits limits;
    private final Room room;
    private final Time time;
    private final Randomness randomness;
    private final Semaphore slots;
    private final Map<Wanted, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    /** One try to pull. */
    interface Attempt {
        void pull(ModuleSpec spec) throws EngineException;
    }

    /** Frees space on the engine's disk; whether there is more of it now. */
    interface Room {
        boolean make();
    }

    /** The same image with other credentials is another pull: it may be refused. */
    private record Wanted(String image, @Nullable RegistryAuth auth) {}

    Pulls(Attempt attempt, PullLimits limits, Room room, Time time, Randomness randomness) {
        this.attempt = attempt;
        this.limits = limits;
        this.room = room;
        this.time = time;
        this.randomness = randomness;
        this.slots = new Semaphore(limits.atOnce(), true);
    }

    void pull(ModuleSpec spec) throws EngineException {
        var wanted = new Wanted(spec.image(), spec.auth());
        var mine = new CompletableFuture<Void>();
        CompletableFuture<Void> others = underWay.putIfAbsent(wanted, mine);
        if (others != null) {
            join(spec.image(), others);
            return;
        }
        try {
            refuseTooMany(spec.image());
            withAttempts(spec);
            mine.complete(null);
        } catch (EngineException e) {
            mine.completeExceptionally(e);
            throw e;
        } catch (InterruptedException e) {
            throw interrupted(spec.image(), e);
        } finally {
            underWay.remove(wanted, mine);
            mine.cancel(false); // for those who joined, should this end in any other way
        }
    }

    private static void join(String image, CompletableFuture<Void> others) throws EngineException {
        try {
            others.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineException failure) {
                throw new EngineException(failure.status(), String.valueOf(failure.getMessage()), failure.getCause());
            }
            throw EngineException.failed("the pull of image \"" + image + "\" failed", e);
        } catch (java.util.concurrent.CancellationException e) {
            throw EngineException.failed("the pull of image \"" + image + "\" was called off", e);
        } catch (InterruptedException e) {
            throw interrupted(image, e);
        }
    }

    private void refuseTooMany(String image) throws EngineException {
        if (underWay.size() > MAX_UNDER_WAY) {
            throw new EngineException(
                    UNAVAILABLE,
                    "image \"" + image + "\" is not pulled now: " + MAX_UNDER_WAY
                            + " other pulls are under way or wait;" + " ask again when some of them have ended",
                    null);
        }
    }

    private void withAttempts(ModuleSpec spec) throws EngineException, InterruptedException {
        for (int number = 1; true; number++) {
            EngineException failure = inTurn(spec);
            if (failure == null) {
                return;
            }
            Duration pause = pauseAfter(failure, number);
            if (pause == null) {
                throw failure;
            }
            log.atWarn()
                    .addKeyValue("image", spec.image())
                    .addKeyValue("attempt", number)
                    .addKeyValue("retryInMillis", pause.toMillis())
                    .addKeyValue("reason", failure.getMessage())
                    .log("pull failed, will retry");
            time.sleep(pause);
        }
    }

    /** A slot is held for one attempt only: a pause must not keep others from pulling. */
    private @Nullable EngineException inTurn(ModuleSpec spec) throws InterruptedException {
        slots.acquire();
        try {
            attempt.pull(spec);
            return null;
        } catch (EngineException e) {
            return e;
        } finally {
            slots.release();
        }
    }

    /** Null where there shall be no further attempt. */
    private @Nullable Duration pauseAfter(EngineException failure, int number) {
        if (number >= limits.attempts()) {
            return null;
        }
        return switch (PullFailure.of(failure)) {
            case FINAL -> null;
            case PASSING -> grown(limits.pause(), number);
            case TOO_MANY -> grown(limits.longPause(), number);
            case NO_SPACE -> room.make() ? Duration.ZERO : null;
        };
    }

    /** Doubled with each attempt, and up to half as long again, so that a fleet does not come back as one. */
    private Duration grown(Duration first, int number) {
        long millis = first.toMillis() << Math.min(number - 1, 10);
        return Duration.ofMillis(millis + (long) (millis * randomness.fraction() / 2));
    }

    private static EngineException interrupted(String image, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return EngineException.failed("the pull of image \"" + image + "\" was called off", cause);
    }
}
