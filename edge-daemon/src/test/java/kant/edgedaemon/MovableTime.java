package kant.edgedaemon;

import java.time.Duration;
import java.time.Instant;
import kant.world.Time;

/** A clock that a test moves; sleeping moves it too. */
public final class MovableTime implements Time {
    private volatile Instant now;
    private volatile long nanos;

    public MovableTime(Instant now) {
        this.now = now;
    }

    public void set(Instant instant) {
        now = instant;
    }

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
