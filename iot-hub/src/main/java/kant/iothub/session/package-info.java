/**
 * Clients with a connection, which {@code door} has let in: {@link kant.iothub.session.DeviceSession} is one of them,
 * {@link kant.iothub.session.Sessions} knows all of them. Sessions are
 * called on event loops and never block there: what waits is done on virtual threads, in the order of one client's asking.
 */
@NullMarked
package kant.iothub.session;

import org.jspecify.annotations.NullMarked;
