package kant.edgeagent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import kant.edgeagent.desired.DesiredSource;
import kant.edgeagent.desired.TwinDocument;
import kant.edgeagent.metrics.AgentMetrics;
import kant.edgeagent.report.Reporter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what changed since the parent last took a report; what it does not take is in the next difference again. Nothing is
 * sent before the twin was read once, for only it says what is there. For the reconciler's thread.
 */
final class ReportSender {
    private static final Logger log = LoggerFactory.getLogger(ReportSender.class);

    private static final String OUTCOME = "lastDesiredStatus";

    private final DesiredSource source;
    private final AgentMetrics metrics;
    private @Nullable ObjectNode taken;
    private long reading;

    ReportSender(DesiredSource source, AgentMetrics metrics) {
        this.source = source;
        this.metrics = metrics;
    }

    /** Starts over from what the twin says, where it was read anew. */
    void seed(TwinDocument document) {
        if (document.reported() != null && document.reading() != reading) {
            taken = document.reported();
            reading = document.reading();
        }
    }

    void send(ObjectNode document) throws InterruptedException {
        if (taken == null) {
            return;
        }
        Optional<ObjectNode> patch = Reporter.patch(taken, document);
        if (patch.isEmpty()) {
            return;
        }
        boolean sent = source.report(patch.get());
        metrics.synced(sent);
        if (sent) {
            taken = document;
            log.atDebug().addKeyValue("members", patch.get().size()).log("reported");
        }
    }

    /** Sends what is so while a plan runs; of its outcome the twin goes on saying what it says. */
    void sendBeforeTheEnd(ObjectNode document) throws InterruptedException {
        if (taken == null) {
            return;
        }
        JsonNode before = taken.get(OUTCOME);
        if (before == null) {
            document.remove(OUTCOME);
        } else {
            document.set(OUTCOME, before);
        }
        send(document);
    }

    /** {@code lastDesiredVersion} as an earlier agent reported it; 0 where none did. */
    long reportedVersion() {
        return taken == null ? 0 : taken.path("lastDesiredVersion").asLong();
    }
}
