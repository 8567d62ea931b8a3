package kant.edgehub.session;

import kant.edgehub.auth.Authenticator;
import kant.edgehub.method.Arrivals;
import kant.edgehub.method.Methods;
import kant.edgehub.outbox.Outboxes;
import kant.edgehub.parent.Interests;
import kant.edgehub.twin.Twins;
import kant.world.Tasks;
import kant.world.Time;

/** What every session hands its client's requests on to. */
public record SessionServices(
        Intake intake,
        Outboxes outboxes,
        Twins twins,
        Methods methods,
        Arrivals arrivals,
        Interests interests,
        Authenticator authenticator,
        Tasks tasks,
        Time time,
        DeliveryMeter meter) {}
