package kant.edgehub.session;

import kant.edgehub.method.Methods;
import kant.edgehub.outbox.Outboxes;
import kant.edgehub.parent.Attachments;
import kant.edgehub.route.CurrentConfiguration;
import kant.edgehub.twin.Twins;
import kant.store.MessageStore;
import kant.world.Tasks;

/** What every session hands its client's requests on to. */
public record SessionServices(
        CurrentConfiguration configuration,
        MessageStore store,
        Outboxes outboxes,
        Twins twins,
        Methods methods,
        Attachments attachments,
        Tasks tasks,
        MessageMeter meter) {}
