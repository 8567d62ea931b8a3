/**
 * From the store to where a message goes. Read {@link kant.edgehub.outbox.Outbox} first: it moves entries from one endpoint's
 * cursor to the endpoint, in order per sender, and settles them. {@link kant.edgehub.outbox.UpstreamEndpoint} and {@link
 * kant.edgehub.outbox.ModuleInputEndpoint} are the two kinds of endpoint; {@link kant.edgehub.outbox.Outboxes} holds them
 * all. An outbox runs on one virtual thread at a time, woken by what happens to it.
 */
@NullMarked
package kant.edgehub.outbox;

import org.jspecify.annotations.NullMarked;
