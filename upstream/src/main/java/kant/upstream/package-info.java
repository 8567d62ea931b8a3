/**
 * The link to the parent hub: which identities are connected, whether the parent can be reached, what it sends down.
 * Programs use {@link kant.upstream.Link} and {@link kant.upstream.UpstreamIdentity}; read {@link
 * kant.upstream.ConnectionMachine} first, which decides everything about connecting and is a pure function of state,
 * event, time and chance. {@code kant.upstream.choice} starts the link that is asked for; the wires are in {@code amqp},
 * {@code mqtt} and {@code http}, how they reach the parent in {@code dial}, what they have in common in {@code drive}.
 */
@NullMarked
package kant.upstream;

import org.jspecify.annotations.NullMarked;
