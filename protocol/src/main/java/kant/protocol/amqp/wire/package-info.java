/**
 * AMQP as IoT Hub speaks it, without any connection: the sections of a message ({@link kant.protocol.amqp.wire.Sections} and their codec),
 * what each kind of message looks like ({@link kant.protocol.amqp.wire.Telemetry}, {@link kant.protocol.amqp.wire.DeliveryMessage},
 * {@link kant.protocol.amqp.wire.TwinRequest}, {@link kant.protocol.amqp.wire.MethodRequest}, {@link kant.protocol.amqp.wire.PutToken}),
 * addresses, names and error conditions. Both the head and the link to a parent use it. Pure: no clock, no thread, no state.
 * Sources: AMQP 1.0 parts 1 and 3, reference/device-protocols.md §3.
 */
@NullMarked
package kant.protocol.amqp.wire;

import org.jspecify.annotations.NullMarked;
