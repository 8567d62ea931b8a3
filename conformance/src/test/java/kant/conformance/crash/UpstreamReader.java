package kant.conformance.crash;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import kant.testkit.history.History;

/** Follows what arrives at the stand-in. */
final class UpstreamReader implements Comeback.Life {
    private final Site site;
    private final History history;
    private long after = -1;
    private volatile boolean leaving;

    UpstreamReader(Site site, History history) {
        this.site = site;
        this.history = history;
    }

    @Override
    public void live() throws Exception {
        while (!leaving) {
            JsonNode batch = site.service
                    .call("GET", "/kant/telemetry?max=1000&waitSeconds=1&after=" + after, null)
                    .require(200)
                    .json();
            for (JsonNode event : batch.path("events")) {
                take(event);
                after = Math.max(after, event.path("sequence").asLong());
            }
        }
    }

    private void take(JsonNode event) throws IOException {
        if (event.path("properties").has("to")) {
            long at = Instant.parse(event.path("enqueuedTime").asText()).toEpochMilli();
            Outgoing.arrived(history, Site.UPSTREAM, event.path("bodyBase64").binaryValue(), at);
        }
    }

    @Override
    public void leave() {
        leaving = true;
    }
}
