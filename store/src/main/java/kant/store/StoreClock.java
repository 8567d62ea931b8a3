package kant.store;

import java.time.Duration;
import java.time.Instant;
import kant.world.Time;

/**
 * The clock by which messages expire. It never goes back, and does not follow the wall clock while the process runs, so that a jump
 * of the wall clock neither expires everything nor revives anything. Over a restart it goes on by what the wall clock has gone on,
 * for time passes while a device is off, but only as far as that can be believed: a device without a battery starts in 1970, and a
 * clock that was set by mistake is years away. Where it cannot, messages live a little longer, and none expires early.
 */
final class StoreClock {
    /** A wall clock before this was never set: these programs are younger. */
    private static final long SET_AFTER_MILLIS =
            Instant.parse("2024-01-01T00:00:00Z").toEpochMilli();

    /** A device that was off for longer is rarer than a clock that jumped so far. */
    private static final long MOST_OFF_MILLIS = Duration.ofDays(366).toMillis();

    private static final long JUMP_MILLIS = Duration.ofSeconds(30).toMillis();

    private final Time time;
    private final long originMillis;
    private final long originNanos;
    private long wallAheadMillis;

    /**
     * One moment by both clocks, in milliseconds.
     *
     * @param store this clock's
     * @param wall the machine's, since 1970
     */
    record Moment(long store, long wall) {
        /** Of a new store. */
        static final Moment NONE = new Moment(0, 0);
    }

    /** @param last the latest moment that the store remembers */
    StoreClock(Time time, Moment last) {
        this.time = time;
        originNanos = time.nanos();
        long wall = wallMillis();
        if (last.equals(Moment.NONE)) {
            originMillis = wall;
        } else {
            long off = wall - last.wall;
            boolean believed = last.wall >= SET_AFTER_MILLIS && off >= 0 && off <= MOST_OFF_MILLIS;
            originMillis = last.store + (believed ? off : 0);
        }
        wallAheadMillis = wall - originMillis;
    }

    long millis() {
        return originMillis + Duration.ofNanos(time.nanos() - originNanos).toMillis();
    }

    Moment now() {
        return new Moment(millis(), wallMillis());
    }

    /** Whether the wall clock has jumped since this was asked last: then the moment is worth remembering. For the writer. */
    boolean wallHasJumped() {
        long ahead = wallMillis() - millis();
        boolean jumped = Math.abs(ahead - wallAheadMillis) > JUMP_MILLIS;
        wallAheadMillis = ahead;
        return jumped;
    }

    private long wallMillis() {
        return Math.max(0, time.now().toEpochMilli());
    }
}
