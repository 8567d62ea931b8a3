package kant.store;

import java.time.Duration;
import kant.store.segment.Durability;
import kant.store.segment.LogConfig;
import kant.store.segment.WhenFull;

/**
 * How messages are kept.
 *
 * @param maxBytes bound of all segment files together; {@link MessageStore#maxBytes} changes it while running
 * @param segmentBytes size of a segment file at most; a small store uses smaller ones
 * @param memoryBytes of fresh messages held ready for readers that keep up, over all endpoints
 * @param queueBytes of messages that may wait for the writer; more is refused until it has caught up
 * @param maxInFlight messages that one endpoint and priority may have read and not settled
 * @param checkpointInterval between two syncs of the cursors while messages are settled; a power cut repeats at most the
 *     deliveries of this time, a killed process those of a few milliseconds
 * @param reserveBytes left free on the volume
 */
public record StoreConfig(
        Durability durability,
        long maxBytes,
        long segmentBytes,
        long memoryBytes,
        long queueBytes,
        int maxInFlight,
        Duration checkpointInterval,
        long reserveBytes) {
    private static final int SEGMENTS_AT_LEAST = 8;

    /** As small as segments get for a small store: room for the largest message. */
    private static final long SMALLEST_SEGMENT_BYTES = 1L << 20;

    /** The defaults for a bound in bytes. */
    public static StoreConfig of(Durability durability, long maxBytes) {
        return new StoreConfig(
                durability,
                maxBytes,
                LogConfig.DEFAULT_SEGMENT_BYTES,
                4L << 20,
                8L << 20,
                4096,
                Duration.ofMillis(200),
                LogConfig.DEFAULT_RESERVE_BYTES);
    }

    public StoreConfig segmentBytes(long value) {
        return new StoreConfig(
                durability, maxBytes, value, memoryBytes, queueBytes, maxInFlight, checkpointInterval, reserveBytes);
    }

    public StoreConfig memoryBytes(long value) {
        return new StoreConfig(
                durability, maxBytes, segmentBytes, value, queueBytes, maxInFlight, checkpointInterval, reserveBytes);
    }

    public StoreConfig queueBytes(long value) {
        return new StoreConfig(
                durability, maxBytes, segmentBytes, memoryBytes, value, maxInFlight, checkpointInterval, reserveBytes);
    }

    public StoreConfig maxInFlight(int value) {
        return new StoreConfig(
                durability, maxBytes, segmentBytes, memoryBytes, queueBytes, value, checkpointInterval, reserveBytes);
    }

    public StoreConfig checkpointInterval(Duration value) {
        return new StoreConfig(
                durability, maxBytes, segmentBytes, memoryBytes, queueBytes, maxInFlight, value, reserveBytes);
    }

    public StoreConfig reserveBytes(long value) {
        return new StoreConfig(
                durability, maxBytes, segmentBytes, memoryBytes, queueBytes, maxInFlight, checkpointInterval, value);
    }

    /** The size of segments under a bound: a small store is cut into pieces, so that space comes back before all is delivered. */
    long segmentBytesFor(long bound) {
        long fair = bound / SEGMENTS_AT_LEAST / 512 * 512;
        return Math.min(segmentBytes, Math.max(fair, SMALLEST_SEGMENT_BYTES));
    }

    LogConfig log() {
        long segment = segmentBytesFor(maxBytes);
        return new LogConfig(
                MessageStore.NAME, durability, Math.max(maxBytes, 2 * segment), segment, WhenFull.REFUSE, reserveBytes);
    }
}
