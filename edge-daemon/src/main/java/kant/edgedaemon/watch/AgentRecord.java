package kant.edgedaemon.watch;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import kant.daemonapi.management.ModuleSpec;
import kant.edgedaemon.disk.PrivateFiles;
import kant.model.error.RefusedException;
import kant.model.json.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the agent's updates: {@code {"version":1,"proven":{…},"trial":{…},"refused":{"digest","reason","at"}}}, each where
 * there is one. Specs are in the form of the management API and hold secrets, so the file is private.
 *
 * @param proven the last update that passed its probation; null for the agent of the configuration
 * @param trial the one whose probation is not over; null where none is
 * @param refused the last one that did not pass
 */
record AgentRecord(
        @Nullable ModuleSpec proven,
        @Nullable ModuleSpec trial,
        @Nullable Refused refused) {
    static final AgentRecord NONE = new AgentRecord(null, null, null);

    private static final String NAME = "agent.json";
    private static final int VERSION = 1;

    /**
     * An update that was taken back.
     *
     * @param digest of its spec
     */
    record Refused(String digest, String reason, Instant at) {}

    AgentRecord trying(ModuleSpec spec) {
        return new AgentRecord(proven, spec, null);
    }

    AgentRecord passed() {
        return new AgentRecord(trial, null, null);
    }

    AgentRecord refusing(Refused what) {
        return new AgentRecord(proven, trial, what);
    }

    AgentRecord withoutTrial() {
        return new AgentRecord(proven, null, refused);
    }

    static AgentRecord read(PrivateFiles files) throws IOException {
        Optional<byte[]> bytes = files.read(NAME);
        if (bytes.isEmpty()) {
            return NONE;
        }
        try {
            JsonNode json = JsonText.read(bytes.get());
            JsonNode refused = json.path("refused");
            return new AgentRecord(
                    spec(json.path("proven")),
                    spec(json.path("trial")),
                    refused.isObject()
                            ? new Refused(
                                    refused.path("digest").asText(),
                                    refused.path("reason").asText(),
                                    Instant.parse(refused.path("at").asText()))
                            : null);
        } catch (JacksonException | RefusedException | DateTimeException e) {
            throw new IOException("\"" + NAME + "\" is damaged: " + e.getMessage(), e);
        }
    }

    void write(PrivateFiles files) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", VERSION);
        if (proven != null) {
            json.set("proven", proven.toJson());
        }
        if (trial != null) {
            json.set("trial", trial.toJson());
        }
        if (refused != null) {
            json.putObject("refused")
                    .put("digest", refused.digest())
                    .put("reason", refused.reason())
                    .put("at", refused.at().toString());
        }
        files.write(NAME, JsonText.bytes(json));
    }

    private static @Nullable ModuleSpec spec(JsonNode json) throws RefusedException {
        return json.isObject() ? ModuleSpec.parse(json) : null;
    }
}
