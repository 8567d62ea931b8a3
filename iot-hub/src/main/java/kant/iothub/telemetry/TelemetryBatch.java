package kant.iothub.telemetry;

import java.util.List;

/**
 * What a reader gets at once.
 *
 * @param next the place to read behind next time
 */
public record TelemetryBatch(List<TelemetryEvent> events, long next) {
    public TelemetryBatch {
        events = List.copyOf(events);
    }
}
