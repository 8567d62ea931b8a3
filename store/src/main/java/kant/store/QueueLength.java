package kant.store;

/**
 * What waits for one endpoint at one priority.
 *
 * @param length accepted and not settled
 */
public record QueueLength(String endpoint, long priority, long length) {}
