/** Messages as bytes: {@link kant.iothub.message.MessageCodec} has the format, which telemetry log and device queues share. */
@NullMarked
package kant.iothub.message;

import org.jspecify.annotations.NullMarked;
