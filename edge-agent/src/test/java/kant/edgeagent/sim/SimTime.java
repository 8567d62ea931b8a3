package kant.edgeagent.sim;

import java.time.Duration;
import java.time.Instant;
import kant.world.Time;

/** A clock that moves only when told to, or when somebody sleeps. */
public final class SimTime implements Time {
    private Instant now = Instant.parse("2026-08-21T10:00:00Z");
    private long nanos;

    public void advance(Duration duration) {
        now = now.plus(duration);
        nanos += duration.toNanos();
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public void sleep(Duration duration) {
        advance(duration);
    }
}
