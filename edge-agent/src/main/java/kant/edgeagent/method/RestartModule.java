package kant.edgeagent.method;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import kant.edgeagent.run.ModuleDaemon;
import kant.model.error.RefusedException;
import kant.model.twin.MethodResult;

/** {@code RestartModule}: a restart by hand, which counts for no restart policy. */
record RestartModule(ModuleDaemon daemon, Runnable changed) implements AgentMethod {

    @Override
    public MethodResult run(byte[] payload) throws RefusedException, IOException {
        JsonNode request = MethodBody.parseVersioned(payload);
        String id = request.path("id").asText();
        if (id.isBlank()) {
            throw MethodBody.invalid("id is blank");
        }
        if (daemon.modules().stream().noneMatch(m -> m.name().equals(id))) {
            return MethodBody.refused(MethodBody.FAILED, "Module " + id + " not found in the current environment");
        }
        daemon.restart(id);
        changed.run();
        return MethodBody.nothing();
    }
}
