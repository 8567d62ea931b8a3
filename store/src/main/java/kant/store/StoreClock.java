package kant.store;

import java.time.Duration;
import kant.world.Time;

/**
 * The clock by which messages expire. It never goes back and does not follow the wall clock while the process runs, so that a
 * jump of the wall clock neither expires everything nor revives anything; over a restart it takes the wall clock's word if that
 * is later, for time passes while a device is off.
 */
final class StoreClock {
    private final Time time;
    private final long originMillis;
    private final long originNanos;

    /** @param notBeforeMillis the latest moment the store remembers */
    StoreClock(Time time, long notBeforeMillis) {
        this.time = time;
        originNanos = time.nanos();
        originMillis = Math.max(time.now().toEpochMilli(), notBeforeMillis);
    }

    long millis() {
        return originMillis + Duration.ofNanos(time.nanos() - originNanos).toMillis();
    }
}
