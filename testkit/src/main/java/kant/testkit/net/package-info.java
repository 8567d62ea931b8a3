/**
 * A bad network to order: a TCP relay that stands between two real programs and delays, stalls, throttles, swallows, resets or
 * refuses what passes, as it is told while it runs. {@link kant.testkit.net.Relay} is where to begin; {@link
 * kant.testkit.net.Shape} says how a direction carries bytes. Connections are carried by virtual threads, two for each direction.
 */
@NullMarked
package kant.testkit.net;

import org.jspecify.annotations.NullMarked;
