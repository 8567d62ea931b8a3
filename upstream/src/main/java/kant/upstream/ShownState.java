package kant.upstream;

/**
 * What the link shows of a connection, debounced: leaving {@link LinkState#UP} is shown only once it has lasted, everything
 * else at once. A pure value.
 *
 * @param shown what is shown
 * @param actual what is so
 * @param showAt when the actual state is to be shown, {@link ConnectionState#NEVER} where both are the same
 */
public record ShownState(LinkState shown, LinkState actual, long showAt) {

    public static final ShownState INITIAL = new ShownState(LinkState.DOWN, LinkState.DOWN, ConnectionState.NEVER);

    /** The actual state changed. */
    public ShownState on(LinkState now, long nowNanos, long debounceNanos) {
        if (shown != LinkState.UP || now == LinkState.UP) {
            return settled(now);
        }
        long at = showAt == ConnectionState.NEVER ? nowNanos + debounceNanos : showAt;
        return new ShownState(shown, now, at).tick(nowNanos);
    }

    /** Time has passed. */
    public ShownState tick(long nowNanos) {
        return nowNanos >= showAt ? settled(actual) : this;
    }

    private static ShownState settled(LinkState state) {
        return new ShownState(state, state, ConnectionState.NEVER);
    }
}
