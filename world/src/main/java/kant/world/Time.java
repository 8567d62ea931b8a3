package kant.world;

import java.time.Duration;
import java.time.Instant;

/** The clocks. */
public interface Time {

    /** The wall clock; may be wrong and may jump. Use it for expiry that the contract states in wall time, and for people. */
    Instant now();

    /** A clock that only goes forward, in nanoseconds from an arbitrary origin. Use it for every wait and interval. */
    long nanos();

    /** Waits; ends early by interruption only. */
    void sleep(Duration duration) throws InterruptedException;

    /** The machine's clocks. */
    static Time system() {
        return SystemTime.INSTANCE;
    }
}
