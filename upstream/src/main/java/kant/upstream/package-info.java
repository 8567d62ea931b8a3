/**
 * The link to the parent hub: which identities are connected, whether the parent can be reached, what it sends down.
 * Programs use {@link kant.upstream.Link} and {@link kant.upstream.UpstreamIdentity}; read {@link
 * kant.upstream.ConnectionMachine} first, which decides everything about connecting and is a pure function of state,
 * event, time and chance. The wires are in the packages below, {@code mqtt} and {@code http}.
 */
@NullMarked
package kant.upstream;

import org.jspecify.annotations.NullMarked;
