/**
 * Device-to-cloud messages: an append-only log on {@link kant.store.segment.RecordLog}, its own writer thread inside, and
 * readers that follow it. Start with {@link kant.iothub.telemetry.TelemetryLog}.
 */
@NullMarked
package kant.iothub.telemetry;

import org.jspecify.annotations.NullMarked;
