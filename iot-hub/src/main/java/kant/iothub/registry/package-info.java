/**
 * Devices and modules: who exists, with which keys, in whose scope. {@link kant.iothub.registry.Registry} has the verbs;
 * {@link kant.iothub.registry.DeviceTable} and {@link kant.iothub.registry.ModuleTable} the rows, for whoever does more in one
 * transaction; the {@code …Json} classes the bodies of the REST API. Runs on virtual threads.
 */
@NullMarked
package kant.iothub.registry;

import org.jspecify.annotations.NullMarked;
