/** The port between protocol heads and hubs: a head knows wires, a hub knows sessions. */
@NullMarked
package kant.protocol.port;

import org.jspecify.annotations.NullMarked;
