/**
 * Clients that make single requests and hold no connection: HTTPS. Read {@link kant.edgehub.caller.EdgeCaller} first. A
 * cloud-to-device message for such a client waits in its {@code Mailbox} between two requests, bounded in number and time, and
 * goes back to the parent where nobody fetches it. Nothing here blocks.
 */
@NullMarked
package kant.edgehub.caller;

import org.jspecify.annotations.NullMarked;
