package kant.edgeagent.method;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import kant.model.error.RefusedException;
import kant.model.twin.MethodResult;

/** {@code GetTaskStatus}: how an upload fares. */
record GetTaskStatus(UploadTasks tasks) implements AgentMethod {

    @Override
    public MethodResult run(byte[] payload) throws RefusedException, IOException {
        JsonNode request = MethodBody.parseVersioned(payload);
        String id = request.path("correlationId").asText();
        if (id.isBlank()) {
            throw MethodBody.invalid("correlationId is blank");
        }
        return tasks.status(id);
    }
}
