package kant.iothub.service;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.telemetry.TelemetryBatch;
import kant.iothub.telemetry.TelemetryLog;
import kant.protocol.http.HttpAnswer;

/** The stand-in's own way to follow telemetry: {@code GET /kant/telemetry?after=…&max=…&waitSeconds=…}. */
final class TelemetryOperations {
    private static final String LATEST = "latest";
    private static final String OLDEST = "-1";
    private static final int USUAL_EVENTS = 100;
    private static final int MOST_EVENTS = 1000;
    private static final int MOST_BYTES = 4 * 1024 * 1024;
    private static final int LONGEST_WAIT_SECONDS = 60;

    /** Readers that wait at once; more would take places from other operations. */
    private static final int MOST_READERS = 64;

    private final TelemetryLog telemetry;
    private final Semaphore readers = new Semaphore(MOST_READERS);

    TelemetryOperations(TelemetryLog telemetry) {
        this.telemetry = telemetry;
    }

    HttpAnswer read(Call call) throws IOException, HubRefusedException, InterruptedException {
        int max = Call.number("max", parameter(call, "max", Integer.toString(USUAL_EVENTS)), 1, MOST_EVENTS);
        int wait = Call.number("waitSeconds", parameter(call, "waitSeconds", "0"), 0, LONGEST_WAIT_SECONDS);
        long after = after(parameter(call, "after", OLDEST));
        if (!readers.tryAcquire()) {
            throw new HubRefusedException(
                    ErrorCode.THROTTLED, MOST_READERS + " readers follow the telemetry already; try again later");
        }
        try {
            return Answers.ok(json(telemetry.read(after, max, MOST_BYTES, Duration.ofSeconds(wait))));
        } finally {
            readers.release();
        }
    }

    private long after(String text) throws HubRefusedException {
        if (text.equals(LATEST)) {
            return telemetry.nextSequence() - 1;
        }
        try {
            long after = Long.parseLong(text);
            if (after >= -1) {
                return after;
            }
        } catch (NumberFormatException _) {
            // refused below, as a number below -1 is
        }
        throw new HubRefusedException(
                ErrorCode.ARGUMENT_INVALID,
                "after must be a sequence number, -1 for the oldest kept, or latest; not \"" + text + "\"");
    }

    private static ObjectNode json(TelemetryBatch batch) {
        ObjectNode json = Json.object();
        ArrayNode events = json.putArray("events");
        batch.events().forEach(event -> events.add(event.json()));
        return json.put("next", batch.next());
    }

    private static String parameter(Call call, String name, String usual) {
        return call.http().parameter(name).orElse(usual);
    }
}
