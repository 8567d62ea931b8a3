/**
 * The Edge Hub program. {@link kant.edgehub.Main} wires it; {@link kant.edgehub.EdgeHub} joins its parts and is the door that
 * heads knock at. A message's way: {@code session.EdgeSession}, then the store, then {@code outbox.Outbox}.
 */
@NullMarked
package kant.edgehub;

import org.jspecify.annotations.NullMarked;
