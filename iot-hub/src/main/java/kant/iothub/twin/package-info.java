/**
 * Twins as IoT Hub keeps them: tags, desired and reported properties with versions and {@code $metadata}.
 * {@link kant.iothub.twin.TwinDocument} and what it is made of are pure; {@link kant.iothub.twin.Twins} has the verbs, each one
 * transaction, on virtual threads.
 */
@NullMarked
package kant.iothub.twin;

import org.jspecify.annotations.NullMarked;
