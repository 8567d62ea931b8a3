package kant.testkit.net;

import java.util.function.LongSupplier;
import kant.world.Randomness;
import kant.world.Time;

/** What one direction of a relay's connections is subject to now. Set by the relay, read by every pipe of the direction. */
final class Weather {
    private static final long NEVER = Long.MAX_VALUE;

    private final Time time;
    private final Randomness randomness;
    private final Pace pace = new Pace();
    private Shape shape = Shape.CLEAR;
    private LongSupplier resetAt = () -> NEVER;
    private boolean swallowing;

    Weather(Time time, Randomness randomness) {
        this.time = time;
        this.randomness = randomness;
    }

    synchronized void clear() {
        shape = Shape.CLEAR;
        resetAt = () -> NEVER;
        swallowing = false;
    }

    synchronized void shape(Shape next) {
        shape = next;
    }

    synchronized void swallow() {
        swallowing = true;
    }

    synchronized void resetAfter(LongSupplier bytes) {
        resetAt = bytes;
    }

    synchronized boolean swallows() {
        return swallowing;
    }

    /** After how many bytes a connection that begins now is reset. */
    synchronized long resetAt() {
        return resetAt.getAsLong();
    }

    /** When bytes that were read just now arrive, by {@link Time#nanos}. */
    synchronized long arrival() {
        return time.nanos() + shape.nanos(randomness.fraction(), randomness.fraction());
    }

    /** How long these bytes still wait for the line. */
    synchronized long wait(int bytes) {
        return pace.take(bytes, shape.bytesPerSecond(), time.nanos());
    }
}
