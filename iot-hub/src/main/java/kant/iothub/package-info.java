/**
 * Kant's IoT Hub stand-in. {@link kant.iothub.Main} reads the command line, {@link kant.iothub.IotHub} wires the parts and is
 * the place to begin; the other classes here own the data directory, the certificates and {@code hub.json}.
 */
@NullMarked
package kant.iothub;

import org.jspecify.annotations.NullMarked;
