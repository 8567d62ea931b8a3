package kant.iothub.session;

import kant.iothub.telemetry.TelemetryLog;
import kant.iothub.twin.Twins;
import kant.world.Tasks;
import kant.world.Time;

/** What every session works with. */
public record SessionParts(Sessions sessions, Twins twins, TelemetryLog telemetry, Tasks tasks, Time time) {}
