package kant.iothub.session;

import kant.iothub.auth.Authenticator;
import kant.iothub.c2d.CloudMessages;
import kant.iothub.telemetry.TelemetryLog;
import kant.iothub.twin.Twins;
import kant.world.Tasks;
import kant.world.Time;

/** What every session works with. */
public record SessionParts(
        Authenticator authenticator,
        Sessions sessions,
        Twins twins,
        TelemetryLog telemetry,
        CloudMessages cloudMessages,
        Tasks tasks,
        Time time) {}
