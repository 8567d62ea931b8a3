package kant.protocol.mqtt;

import java.time.Duration;
import java.time.Instant;
import kant.world.Time;

/** A clock that stands until a test moves it. */
public final class TestTime implements Time {
    private Instant now = Instant.parse("2026-08-01T12:00:00Z");
    private long nanos = 1;

    public void advance(Duration by) {
        now = now.plus(by);
        nanos += by.toNanos();
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
        throw new AssertionError("nothing in a head may sleep");
    }
}
