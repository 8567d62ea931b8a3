/**
 * The AMQP 1.0 head: links to {@link kant.protocol.port.Session} calls and back. {@link kant.protocol.amqp.AmqpHead} listens,
 * {@link kant.protocol.amqp.AmqpService} serves a channel however its bytes come. {@code AmqpConnection} is one connection, owned by its
 * event loop; {@code LinkRouter} sends each link to whom it belongs: the CBS node, a {@code Client} (one identity of the many that a
 * connection may carry, with its own session of the hub), or a service application. protonj2 does frames, sessions, links and
 * credit. Sources: AMQP 1.0 and reference/device-protocols.md §3.
 */
@NullMarked
package kant.protocol.amqp;

import org.jspecify.annotations.NullMarked;
