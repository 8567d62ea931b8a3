package kant.iothub.c2d;

/**
 * One queue in numbers: every message that was taken is in one of them.
 *
 * @param waiting in the queue, locked ones included
 * @param exceeded given up after too many deliveries
 */
public record QueueState(long waiting, long completed, long rejected, long expired, long exceeded, long purged) {}
