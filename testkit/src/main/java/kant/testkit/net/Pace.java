package kant.testkit.net;

/** The rate of one direction, shared by all its connections: tells each how long to wait before what it sends. */
final class Pace {
    private static final double NANOS_PER_SECOND = 1e9;

    private long freeAt;

    /** Takes the line for these bytes; how many nanoseconds from now it begins to carry them. */
    synchronized long take(int bytes, long bytesPerSecond, long now) {
        if (bytesPerSecond == Shape.UNLIMITED) {
            freeAt = now;
            return 0;
        }
        long from = Math.max(now, freeAt);
        freeAt = from + (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
        return from - now;
    }
}
