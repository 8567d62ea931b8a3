package kant.edgedaemon.engine.docker;

import java.io.IOException;
import java.time.Duration;
import kant.daemonapi.unix.UnixResponse;
import kant.edgedaemon.image.PullLimits;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** Ends a pull that makes no progress, or takes too long, by closing the engine's answer, upon which the engine lets go of the registry. */
final class PullAlarm implements AutoCloseable {
    private final UnixResponse response;
    private final PullLimits limits;
    private final Time time;
    private final long begun;
    private final Tasks.Cancellable watch;
    private volatile long lastSign;
    private volatile @Nullable String reason;

    PullAlarm(UnixResponse response, PullLimits limits, Tasks tasks, Time time) {
        this.response = response;
        this.limits = limits;
        this.time = time;
        this.begun = time.nanos();
        this.lastSign = begun;
        this.watch = tasks.spawn("limits of a pull", this::watch);
    }

    /** The engine told of some progress. */
    void progress() {
        lastSign = time.nanos();
    }

    /** Why the pull was ended; null where it was not. */
    @Nullable
    String reason() {
        return reason;
    }

    private void watch() {
        try {
            while (reason == null) {
                long now = time.nanos();
                long untilStall = limits.stall().toNanos() - (now - lastSign);
                long untilEnd = limits.time().toNanos() - (now - begun);
                if (untilStall <= 0) {
                    ring("there was no progress for " + limits.stall().toSeconds() + " s");
                } else if (untilEnd <= 0) {
                    ring("it was not done within " + limits.time().toSeconds() + " s");
                } else {
                    time.sleep(Duration.ofNanos(Math.min(untilStall, untilEnd)));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the pull is over
        }
    }

    private void ring(String why) {
        reason = why;
        try {
            response.close();
        } catch (IOException _) {
            // the reader of the body sees the end either way
        }
    }

    @Override
    public void close() {
        watch.cancel();
    }
}
