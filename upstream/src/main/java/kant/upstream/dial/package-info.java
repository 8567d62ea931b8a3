/**
 * Opens channels to the parent: a socket with TLS, or a WebSocket in one, to it directly or through a proxy. What speaks on
 * the channel does not see which. {@code Dialler} is what links call; {@code Peer} finds where to connect to.
 */
@NullMarked
package kant.upstream.dial;

import org.jspecify.annotations.NullMarked;
