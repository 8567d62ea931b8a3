package kant.edgeagent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import kant.edgeagent.desired.MethodHandler;
import kant.edgeagent.run.ModuleDaemon;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.world.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's direct methods: {@code ping} and {@code RestartModule}, in any case (reference/agent.md §7). */
final class Methods implements MethodHandler {
    private static final Logger log = LoggerFactory.getLogger(Methods.class);
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int FAILED = 500;
    private static final byte[] NULL = "null".getBytes(StandardCharsets.UTF_8);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ModuleDaemon daemon;
    private final Tasks tasks;
    private final Runnable changed;

    /** @param changed called after a method did something to a module */
    Methods(ModuleDaemon daemon, Tasks tasks, Runnable changed) {
        this.daemon = daemon;
        this.tasks = tasks;
        this.changed = changed;
    }

    @Override
    public void handle(MethodCall call, Consumer<MethodResult> answer) {
        tasks.spawn("method-" + call.name(), () -> {
            MethodResult result = run(call);
            log.atInfo()
                    .addKeyValue("method", call.name())
                    .addKeyValue("status", result.status())
                    .log("direct method");
            answer.accept(result);
        });
    }

    private MethodResult run(MethodCall call) {
        try {
            return switch (call.name().toLowerCase(Locale.ROOT)) {
                case "ping" -> new MethodResult(OK, NULL);
                case "restartmodule" -> restart(call.payload());
                default ->
                    refused(
                            BAD_REQUEST,
                            "Command '" + call.name() + "' not found. The supported commands are - ping,RestartModule");
            };
        } catch (RefusedException e) {
            return refused(BAD_REQUEST, e.refusal().reason());
        } catch (IOException e) {
            return refused(FAILED, String.valueOf(e.getMessage()));
        }
    }

    private MethodResult restart(byte[] payload) throws RefusedException, IOException {
        JsonNode request = request(payload);
        if (!request.path("schemaVersion").asText().startsWith("1.")) {
            return refused(
                    FAILED,
                    "schemaVersion \"" + request.path("schemaVersion").asText()
                            + "\" is not known; the expected version is 1.0");
        }
        String id = request.path("id").asText();
        if (id.isBlank()) {
            throw new RefusedException(
                    new Refusal.Invalid("Error parsing command payload because of error - id is blank"));
        }
        if (daemon.modules().stream().noneMatch(m -> m.name().equals(id))) {
            return refused(FAILED, "Module " + id + " not found in the current environment");
        }
        daemon.restart(id);
        changed.run();
        return new MethodResult(OK, NULL);
    }

    private static JsonNode request(byte[] payload) throws RefusedException {
        try {
            JsonNode request = payload.length == 0 ? null : MAPPER.readTree(payload);
            if (request == null || request.isNull() || request.isMissingNode()) {
                throw new RefusedException(new Refusal.Invalid("Request payload not found"));
            }
            return request;
        } catch (IOException e) {
            throw new RefusedException(
                    new Refusal.Invalid("Error parsing command payload because of error - it is not JSON: "
                            + (e instanceof com.fasterxml.jackson.core.JsonProcessingException j
                                    ? j.getOriginalMessage()
                                    : e.getMessage())));
        }
    }

    private static MethodResult refused(int status, String message) {
        var body = JsonNodeFactory.instance.objectNode().put("message", message);
        return new MethodResult(status, body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
