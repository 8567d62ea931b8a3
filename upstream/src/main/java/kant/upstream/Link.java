package kant.upstream;

import java.util.function.Consumer;
import kant.model.identity.IdentityId;

/**
 * The link to the parent hub. It connects, re-connects and renews tokens by itself for every identity attached to it, and
 * never gives up. Callable from any thread.
 */
public interface Link extends AutoCloseable {

    /** The state of the connection and of the primary identity on it, debounced: a blip that heals at once is not shown. */
    LinkState state();

    /**
     * Calls back at each change of {@link #state}, in order, on a thread of the link that must not be blocked. The first
     * call tells the state there is now.
     */
    void onChange(Consumer<LinkState> listener);

    /**
     * Attaches an identity, which starts to connect at once. An identity that is attached already is replaced: the older one
     * is closed.
     *
     * @param tokens asked for a fresh token before each connection, and before the last one expires, on a virtual thread
     * @param listener called in order and never concurrently, on a thread of the link that must not be blocked
     */
    default UpstreamIdentity attach(IdentityId id, TokenSource tokens, UpstreamListener listener) {
        return attach(Access.own(id, tokens), listener);
    }

    /** The same for an identity that may come in by another's token. */
    UpstreamIdentity attach(Access access, UpstreamListener listener);

    /** Drains and closes all identities; waits a bounded time for what is in flight. */
    @Override
    void close();
}
