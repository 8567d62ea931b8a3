package kant.store;

import java.util.Map;

/**
 * The books of one endpoint, kept across restarts: {@code accepted = delivered + expired + sum(dropped) + pending}.
 *
 * @param dropped by reason, see {@link DropReason} for the store's own
 */
public record EndpointCounts(long accepted, long delivered, long expired, Map<String, Long> dropped, long pending) {
    public EndpointCounts {
        dropped = Map.copyOf(dropped);
    }

    /** Whether the books balance; false is a bug. */
    public boolean balanced() {
        return accepted == delivered + expired + droppedTotal() + pending;
    }

    /** Dropped for any reason. */
    public long droppedTotal() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }
}
