/**
 * HTTP/1.1 over unix sockets: a small blocking client on the JDK's channels and a small server on Netty.
 *
 * <p>{@link kant.daemonapi.unix.UnixHttpClient} is called on virtual threads by agent, hub and command line, and by the daemon
 * towards a Docker engine; {@link kant.daemonapi.unix.UnixHttpServer} serves both of the daemon's APIs.
 */
@NullMarked
package kant.daemonapi.unix;

import org.jspecify.annotations.NullMarked;
