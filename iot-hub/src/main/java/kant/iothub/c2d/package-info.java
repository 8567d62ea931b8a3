/**
 * Messages from services to devices and modules: a durable queue for each of them, and the feedback that tells services what
 * became of their messages (reference/service-protocols.md §3). Start with {@link kant.iothub.c2d.CloudMessages}; everything
 * that reaches the database blocks and belongs on virtual threads.
 */
@NullMarked
package kant.iothub.c2d;

import org.jspecify.annotations.NullMarked;
