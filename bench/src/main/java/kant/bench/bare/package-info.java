/**
 * The peer of memory and start: a Netty server over TLS that does nothing but echo, on the JVM and with the options that
 * the process engine gives the Edge Hub. What it costs is the floor of a Java hub on this stack.
 */
@NullMarked
package kant.bench.bare;

import org.jspecify.annotations.NullMarked;
