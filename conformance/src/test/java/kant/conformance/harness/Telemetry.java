package kant.conformance.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What arrived at the stand-in, read from its oldest message on and kept, so that every suite can ask for its own. */
public final class Telemetry {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HubService service;
    private final List<JsonNode> seen = new ArrayList<>();
    private long after = -1;

    public Telemetry(HubService service) {
        this.service = service;
    }

    /** The first message with this id. */
    public JsonNode await(String messageId) throws Exception {
        return await("message \"" + messageId + "\"", event -> messageId.equals(id(event)));
    }

    /** The first message that fits. */
    public JsonNode await(String what, Predicate<JsonNode> wanted) throws Exception {
        return await(what, 1, wanted).getFirst();
    }

    /** At least so many messages that fit, in the order of their arrival. */
    public synchronized List<JsonNode> await(String what, int count, Predicate<JsonNode> wanted) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            List<JsonNode> found = seen.stream().filter(wanted).toList();
            if (found.size() >= count) {
                return found;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited " + LIMIT.toSeconds() + " s in vain for " + what + "; " + found.size()
                        + " of " + count + " came; the last of all: "
                        + seen.subList(Math.max(0, seen.size() - 3), seen.size()));
            }
            read();
        }
    }

    /** Every message so far that fits; a check that something did not come sends a later one and waits for it first. */
    public synchronized List<JsonNode> seen(Predicate<JsonNode> wanted) {
        return seen.stream().filter(wanted).toList();
    }

    public static String id(JsonNode event) {
        return event.path("systemProperties").path("messageId").asText();
    }

    /** Reads what has arrived since. */
    public synchronized void refresh() throws Exception {
        read();
    }

    private void read() throws Exception {
        JsonNode batch = service.call("GET", "/kant/telemetry?max=1000&waitSeconds=1&after=" + after, null)
                .require(200)
                .json();
        batch.path("events").forEach(event -> {
            seen.add(event);
            after = Math.max(after, event.path("sequence").asLong());
        });
    }
}
