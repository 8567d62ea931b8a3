/**
 * IoT Hub's error codes, and the exception that carries one from where it is known to the wire that shows it. Everything
 * else in the stand-in may use it; start with {@link kant.iothub.error.ErrorCode}.
 */
@NullMarked
package kant.iothub.error;

import org.jspecify.annotations.NullMarked;
