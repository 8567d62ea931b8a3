/** The servers under load: Kant's hub with routes between modules, and Mosquitto with plain topics. Both over TLS. */
@NullMarked
package kant.bench.broker;

import org.jspecify.annotations.NullMarked;
