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

    /** What happens to a new message when the store is full. Later ones give up more: the first is the strictest. */
    public enum WhenFull {
        /** The sender sees an error and keeps its message. */
        REFUSE,
        /** Waiting messages of the same endpoint and a lower priority make room; without any, it is refused. */
        DROP_LOWEST_PRIORITY,
        /** The oldest waiting messages whose routes ask for the same make room. */
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
