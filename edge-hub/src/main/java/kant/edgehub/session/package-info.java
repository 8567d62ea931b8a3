/**
 * One connected client, as the hub sees it. Read {@link kant.edgehub.session.EdgeSession} first: it takes what the client
 * sends and hands it on; {@code Deliveries} is the other direction, within the client's window. {@link
 * kant.edgehub.session.Sessions} knows who is connected. A session's verbs run on its client's event loop and never block.
 */
@NullMarked
package kant.edgehub.session;

import org.jspecify.annotations.NullMarked;
