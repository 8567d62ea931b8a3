package kant.store.segment;

/**
 * How a log keeps its records.
 *
 * @param name prefix of its files, so that several logs can share a directory; letters, digits and '-'
 * @param maxBytes bound of all its files together; the log needs room for two segments at least
 * @param segmentBytes size of one file; a record must fit in one
 * @param reserveBytes what it leaves free on the volume, so that others can still work when it has filled up
 */
public record LogConfig(
        String name, Durability durability, long maxBytes, long segmentBytes, WhenFull whenFull, long reserveBytes) {
    /** A segment that is prepared in about 10 ms and given back when an eighth of a small store is delivered. */
    public static final long DEFAULT_SEGMENT_BYTES = 8L << 20;

    /** Enough for checkpoints, twins and log files of the programs beside it. */
    public static final long DEFAULT_RESERVE_BYTES = 16L << 20;

    private static final long SMALLEST_SEGMENT_BYTES = 4096;

    public LogConfig {
        if (!name.matches("[a-zA-Z0-9-]{1,64}")) {
            throw new IllegalArgumentException("log name \"" + name + "\" is not 1-64 letters, digits or '-'");
        }
        if (segmentBytes < SMALLEST_SEGMENT_BYTES || segmentBytes > 1L << 30 || segmentBytes % 512 != 0) {
            throw new IllegalArgumentException(
                    "segmentBytes " + segmentBytes + " is not a multiple of 512 between 4096 and 1 GiB");
        }
        if (maxBytes < 2 * segmentBytes) {
            throw new IllegalArgumentException("maxBytes " + maxBytes + " has no room for two segments of "
                    + segmentBytes + " bytes; raise it to " + 2 * segmentBytes);
        }
    }

    /** A durable log that refuses when it is full, in eight segments at least. */
    public static LogConfig of(String name, long maxBytes) {
        long segment = Math.min(DEFAULT_SEGMENT_BYTES, Math.max(SMALLEST_SEGMENT_BYTES, maxBytes / 8 / 512 * 512));
        return new LogConfig(name, Durability.FSYNC, maxBytes, segment, WhenFull.REFUSE, DEFAULT_RESERVE_BYTES);
    }

    public LogConfig durability(Durability value) {
        return new LogConfig(name, value, maxBytes, segmentBytes, whenFull, reserveBytes);
    }

    public LogConfig segmentBytes(long value) {
        return new LogConfig(name, durability, maxBytes, value, whenFull, reserveBytes);
    }

    public LogConfig whenFull(WhenFull value) {
        return new LogConfig(name, durability, maxBytes, segmentBytes, value, reserveBytes);
    }

    public LogConfig reserveBytes(long value) {
        return new LogConfig(name, durability, maxBytes, segmentBytes, whenFull, value);
    }
}
