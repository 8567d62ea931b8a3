package kant.testkit.sim;

import java.time.Duration;
import java.time.Instant;
import kant.world.Time;

/** A clock that stands still until it is told to move; sleeping moves it. */
public final class SimTime implements Time {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private long nanos;
    private Instant wall = START;

    @Override
    public synchronized Instant now() {
        return wall;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public void sleep(Duration duration) {
        advance(duration);
    }

    /** Both clocks go on. */
    public synchronized void advance(Duration by) {
        nanos += by.toNanos();
        wall = wall.plus(by);
    }

    /** Only the wall clock jumps, as when somebody sets it. */
    public synchronized void setWall(Instant to) {
        wall = to;
    }
}
