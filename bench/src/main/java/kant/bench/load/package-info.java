/**
 * The load generator: MQTT clients in pairs of a sender and a receiver, all on one event loop, so that nothing here is
 * shared between threads. Read {@link kant.bench.load.Pair} first.
 */
@NullMarked
package kant.bench.load;

import org.jspecify.annotations.NullMarked;
