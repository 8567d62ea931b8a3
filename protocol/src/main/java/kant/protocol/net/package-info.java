/**
 * Event loops: the few threads that own sockets. A program starts one {@link kant.protocol.net.EventLoops} and hands it to
 * everything that listens or dials. Nothing that runs on a loop may block.
 */
@NullMarked
package kant.protocol.net;

import org.jspecify.annotations.NullMarked;
