package kant.model.message;

/**
 * What a route asks for its messages while they wait.
 *
 * @param whenFull what makes room when the store has none
 * @param order in which they leave when more than one waits
 */
public record Policy(WhenFull whenFull, Order order) {
    /** Nothing that was accepted is given up, and order is kept. */
    public static final Policy DEFAULT = new Policy(WhenFull.REFUSE, Order.OLDEST_FIRST);

    /** What makes room when the store is full. Later ones give up more: the first is the strictest. */
    public enum WhenFull {
        /** None of the route's waiting messages. Where nobody else's may go, the sender sees an error and keeps its message. */
        REFUSE,
        /** They make room for those of the same endpoint and a higher priority. */
        DROP_LOWEST_PRIORITY,
        /** The oldest of them make room for whatever is new. */
        DROP_OLDEST
    }

    /** Which message of an endpoint and priority leaves first. */
    public enum Order {
        /** That accepted first. */
        OLDEST_FIRST,
        /** What comes while the endpoint reads overtakes the backlog, which follows, oldest first. */
        NEWEST_FIRST
    }

    /** What keeps the promises of both. */
    public Policy strictest(Policy other) {
        return new Policy(
                whenFull.compareTo(other.whenFull) <= 0 ? whenFull : other.whenFull,
                order.compareTo(other.order) <= 0 ? order : other.order);
    }
}
