package kant.edgeagent.method;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import kant.daemonapi.unix.ApiException;
import kant.edgeagent.desired.MethodHandler;
import kant.edgeagent.logs.LogSource;
import kant.edgeagent.metrics.AgentMetrics;
import kant.edgeagent.run.ModuleDaemon;
import kant.model.error.RefusedException;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's direct methods, in any case (reference/agent.md §7). */
public final class Methods implements MethodHandler {
    private static final Logger log = LoggerFactory.getLogger(Methods.class);

    private final Map<String, AgentMethod> methods = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final AgentMetrics metrics;
    private final Tasks tasks;

    /**
     * The device in whose name methods speak.
     *
     * @param iotHub host name of the hub
     */
    public record Home(String iotHub, String device) {}

    /** @param changed called after a method did something to a module */
    public Methods(
            ModuleDaemon daemon,
            Home home,
            Containers containers,
            AgentMetrics metrics,
            Tasks tasks,
            Time time,
            Randomness randomness,
            Runnable changed) {
        this.metrics = metrics;
        this.tasks = tasks;
        var source = new LogSource(daemon, home.iotHub(), home.device());
        var names = new BlobNames(home.iotHub(), home.device(), time);
        var uploads = new UploadTasks(tasks, time, randomness);
        methods.put("ping", _ -> MethodBody.nothing());
        methods.put("RestartModule", new RestartModule(daemon, changed));
        methods.put("GetModuleLogs", new GetModuleLogs(source));
        methods.put("UploadModuleLogs", new UploadModuleLogs(source, containers, names, uploads));
        methods.put("UploadSupportBundle", new UploadSupportBundle(daemon, home.iotHub(), containers, names, uploads));
        methods.put("GetTaskStatus", new GetTaskStatus(uploads));
    }

    @Override
    public void handle(MethodCall call, Consumer<MethodResult> answer) {
        tasks.spawn("method-" + call.name().toLowerCase(Locale.ROOT), () -> {
            MethodResult result = run(call);
            log.atInfo()
                    .addKeyValue("method", call.name())
                    .addKeyValue("status", result.status())
                    .log("direct method");
            answer.accept(result);
        });
    }

    private MethodResult run(MethodCall call) {
        AgentMethod method = methods.get(call.name());
        if (method == null) {
            return MethodBody.refused(
                    MethodBody.BAD_REQUEST,
                    "Command '" + call.name() + "' not found. The supported commands are - "
                            + String.join(",", methods.keySet()));
        }
        metrics.invoked(name(call.name()));
        try {
            return method.run(call.payload());
        } catch (RefusedException e) {
            return MethodBody.refused(MethodBody.BAD_REQUEST, e.refusal().reason());
        } catch (IOException e) {
            return MethodBody.refused(
                    badRequest(e) ? MethodBody.BAD_REQUEST : MethodBody.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** As it is registered, whatever its letters' case in the call. */
    private String name(String called) {
        return methods.keySet().stream()
                .filter(called::equalsIgnoreCase)
                .findFirst()
                .orElse(called);
    }

    /** A mistake that only the daemon could see, such as a time it does not understand. */
    private static boolean badRequest(IOException e) {
        return e instanceof ApiException answer && answer.status() == MethodBody.BAD_REQUEST
                || e.getCause() instanceof ApiException cause && cause.status() == MethodBody.BAD_REQUEST;
    }
}
