package kant.testkit.net;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import kant.world.Randomness;
import kant.world.Time;

/** What a relay's connections are subject to now, by direction. Set by the relay, read by every pipe. */
final class Weather {
    private static final long NEVER = Long.MAX_VALUE;

    private final Time time;
    private final Randomness randomness;
    private final Map<Direction, Pace> paces = new EnumMap<>(Direction.class);
    private final Map<Direction, Shape> shapes = new EnumMap<>(Direction.class);
    private final Set<Direction> swallowing = EnumSet.noneOf(Direction.class);
    private final Map<Direction, LongSupplier> resets = new EnumMap<>(Direction.class);

    Weather(Time time, Randomness randomness) {
        this.time = time;
        this.randomness = randomness;
        for (Direction direction : Direction.values()) {
            paces.put(direction, new Pace());
        }
        clear();
    }

    synchronized void clear() {
        for (Direction direction : Direction.values()) {
            shapes.put(direction, Shape.CLEAR);
            resets.put(direction, () -> NEVER);
        }
        swallowing.clear();
    }

    synchronized void shape(Direction direction, Shape shape) {
        shapes.put(direction, shape);
    }

    synchronized void swallow(Set<Direction> directions) {
        swallowing.addAll(directions);
    }

    synchronized void resetAfter(Direction direction, LongSupplier bytes) {
        resets.put(direction, bytes);
    }

    synchronized boolean swallows(Direction direction) {
        return swallowing.contains(direction);
    }

    /** After how many bytes a connection that begins now is reset. */
    synchronized long resetAt(Direction direction) {
        return resets.get(direction).getAsLong();
    }

    /** When bytes that were read just now arrive, by {@link Time#nanos}. */
    synchronized long arrival(Direction direction) {
        return time.nanos() + shapes.get(direction).nanos(randomness.fraction(), randomness.fraction());
    }

    /** How long these bytes still wait for the line. */
    synchronized long wait(Direction direction, int bytes) {
        return paces.get(direction).take(bytes, shapes.get(direction).bytesPerSecond(), time.nanos());
    }
}
