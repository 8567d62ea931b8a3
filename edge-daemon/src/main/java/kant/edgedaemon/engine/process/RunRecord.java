package kant.edgedaemon.engine.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/** The latest run of a module: enough to know its first process again, also after the daemon was killed or the machine booted. */
record RunRecord(int pid, long startTicks, String bootId, Instant startedAt) {

    /** Whether that very process still runs. */
    boolean alive() throws IOException {
        return bootId.equals(ProcStat.bootId())
                && ProcStat.of(pid)
                        .filter(stat -> stat.startTicks() == startTicks)
                        .isPresent();
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("version", 1)
                .put("pid", pid)
                .put("startTicks", startTicks)
                .put("bootId", bootId)
                .put("startedAt", startedAt.toString());
    }

    static RunRecord parse(JsonNode json) throws IOException {
        try {
            return new RunRecord(
                    json.path("pid").asInt(),
                    json.path("startTicks").asLong(),
                    json.path("bootId").asText(),
                    Instant.parse(json.path("startedAt").asText()));
        } catch (DateTimeException e) {
            throw new IOException("a run record has no start time", e);
        }
    }
}
