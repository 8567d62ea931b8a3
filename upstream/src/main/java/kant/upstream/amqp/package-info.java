/**
 * The link over AMQP 1.0: one TLS connection that carries every identity, each with a session and links of its own, let in by
 * tokens that one pair of links to {@code $cbs} takes. {@code AmqpLink} holds the identities and the machine of the
 * connection; {@code Attachment} drives one identity's machine across connections; {@code AmqpConnection} is one connection,
 * {@code IdentityLinks} one identity's part of it, and both hold everything that dies with them. All of a link belongs to one
 * event loop, so nothing here has locks. Sources: AMQP 1.0 and reference/device-protocols.md §3.
 */
@NullMarked
package kant.upstream.amqp;

import org.jspecify.annotations.NullMarked;
