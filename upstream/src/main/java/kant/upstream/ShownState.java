package kant.upstream;

/**
 * What the link shows of a connection, debounced: leaving {@link LinkState#UP} is shown only once it has lasted, and of the
 * attempts that follow one another while the parent is away only the first is shown. Everything else is shown at once. So an
 * outage is two or three changes, however long it is. A pure value.
 *
 * @param shown what is shown
 * @param actual what is so
 * @param showAt when the actual state is to be shown, {@link ConnectionState#NEVER} where it need not be
 * @param failed whether it was shown to be down since it was up: attempts are not shown any more
 */
public record ShownState(LinkState shown, LinkState actual, long showAt, boolean failed) {

    public static final ShownState INITIAL =
            new ShownState(LinkState.DOWN, LinkState.DOWN, ConnectionState.NEVER, false);

    /** The actual state changed. */
    public ShownState on(LinkState now, long nowNanos, long debounceNanos) {
        if (shown == LinkState.UP && now != LinkState.UP) {
            long at = showAt == ConnectionState.NEVER ? nowNanos + debounceNanos : showAt;
            return new ShownState(shown, now, at, failed).tick(nowNanos);
        }
        return settled(now);
    }

    /** Time has passed. */
    public ShownState tick(long nowNanos) {
        return nowNanos >= showAt ? settled(actual) : this;
    }

    private ShownState settled(LinkState state) {
        if (failed && state == LinkState.CONNECTING) {
            return new ShownState(shown, state, ConnectionState.NEVER, true);
        }
        return new ShownState(
                state, state, ConnectionState.NEVER, state == LinkState.DOWN || failed && state != LinkState.UP);
    }
}
