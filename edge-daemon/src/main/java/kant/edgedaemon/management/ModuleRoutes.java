package kant.edgedaemon.management;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import kant.daemonapi.ApiVersion;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.ModuleStatus;
import kant.daemonapi.unix.ApiAnswer;
import kant.edgedaemon.api.Route;
import kant.edgedaemon.api.Route.Access;
import kant.edgedaemon.api.RouteCall;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.LogQuery;
import kant.edgedaemon.engine.Modules;
import kant.edgedaemon.watch.AgentUpdates;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The management API's routes about modules. */
final class ModuleRoutes {
    private static final Logger log = LoggerFactory.getLogger(ModuleRoutes.class);
    private static final String AGENT = "edgeAgent";

    private final Modules modules;
    private final AgentUpdates agent;
    private final Tasks tasks;
    private final Time time;

    ModuleRoutes(Modules modules, AgentUpdates agent, Tasks tasks, Time time) {
        this.modules = modules;
        this.agent = agent;
        this.tasks = tasks;
        this.time = time;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/modules", Access.KNOWN_PEER, this::list),
                Route.of("POST", "/modules", Access.AGENT, this::create),
                Route.of("GET", "/modules/{name}", Access.KNOWN_PEER, this::get),
                Route.of("PUT", "/modules/{name}", Access.AGENT, this::update),
                Route.of("DELETE", "/modules/{name}", Access.AGENT, this::delete),
                Route.of(
                        "POST",
                        "/modules/{name}/prepareupdate",
                        ApiVersion.V2019_01_30,
                        Access.AGENT,
                        this::prepareUpdate),
                Route.of("GET", "/modules/{name}/logs", Access.ANYONE, this::logs),
                Route.of("POST", "/modules/{name}/{action}", Access.ANYONE, this::act));
    }

    private ApiAnswer list(RouteCall call) throws EngineException {
        agent.heard(call.call().peer());
        var body = JsonNodeFactory.instance.objectNode();
        var list = body.putArray("modules");
        for (ModuleDetails module : modules.list()) {
            list.add(module.toJson());
        }
        return ApiAnswer.ok(body);
    }

    private ApiAnswer get(RouteCall call) throws EngineException {
        return ApiAnswer.ok(modules.inspect(call.parameter("name")).toJson());
    }

    private ApiAnswer create(RouteCall call) throws RefusedException, EngineException {
        ModuleSpec spec = spec(call);
        modules.create(spec);
        return ApiAnswer.created(
                ModuleDetails.echo(spec, ModuleStatus.neverStarted()).toJson());
    }

    /** The agent asking for its own successor gets its answer first: it will not live to read a later one. */
    private ApiAnswer update(RouteCall call) throws RefusedException, EngineException {
        boolean start = call.flag("start");
        ModuleSpec spec = specOfPath(call);
        modules.inspect(spec.name());
        if (spec.name().equals(AGENT)) {
            agent.admit(spec);
            modules.pull(spec);
            tasks.spawn("replace-agent", () -> replaceAgent(spec, start));
        } else {
            replace(spec, start);
        }
        ModuleState state = start ? ModuleState.RUNNING : ModuleState.STOPPED;
        return ApiAnswer.created(ModuleDetails.echo(spec, new ModuleStatus(state, null, null, null))
                .toJson());
    }

    private void replaceAgent(ModuleSpec spec, boolean start) {
        try {
            if (start) {
                agent.replace(spec);
            } else {
                modules.replace(spec);
            }
        } catch (IOException e) {
            // the last good agent was put back; where not even that went, the watch goes on trying
            log.atError().setCause(e).addKeyValue("image", spec.image()).log("the agent's update failed");
        }
    }

    private void replace(ModuleSpec spec, boolean start) throws EngineException {
        modules.replace(spec);
        if (start) {
            modules.start(spec.name());
        }
    }

    private ApiAnswer delete(RouteCall call) throws EngineException {
        modules.remove(call.parameter("name"));
        return ApiAnswer.noContent();
    }

    private ApiAnswer prepareUpdate(RouteCall call) throws RefusedException, EngineException {
        modules.pull(specOfPath(call));
        return ApiAnswer.noContent();
    }

    private ApiAnswer act(RouteCall call) throws EngineException {
        String module = call.parameter("name");
        switch (call.parameter("action").toLowerCase(Locale.ROOT)) {
            case "start" -> modules.start(module);
            case "stop" -> modules.stop(module);
            case "restart" -> modules.restart(module);
            default -> {
                return ApiAnswer.error(404, "not found");
            }
        }
        return ApiAnswer.noContent();
    }

    private ApiAnswer logs(RouteCall call) throws RefusedException, IOException {
        var query = new LogQuery(
                call.flag("follow"),
                tail(call.query("tail")),
                LogTime.parameter("since", call.query("since"), time.now()),
                LogTime.parameter("until", call.query("until"), time.now()),
                call.flag("timestamps"));
        return new ApiAnswer.Stream(200, "text/plain", modules.logs(call.parameter("name"), query));
    }

    private static @Nullable Long tail(@Nullable String text) throws RefusedException {
        if (text == null || text.equals("all")) {
            return null;
        }
        if (!text.matches("\\d{1,18}")) {
            throw invalid("tail");
        }
        return Long.parseLong(text);
    }

    private static ModuleSpec spec(RouteCall call) throws RefusedException {
        ModuleSpec spec = ModuleSpec.parse(call.body());
        if (!spec.type().equals(ModuleSpec.DOCKER)) {
            throw new RefusedException(new Refusal.Invalid("module \"" + spec.name() + "\" has the type \""
                    + spec.type() + "\"; only \"docker\" is possible"));
        }
        return spec;
    }

    private static ModuleSpec specOfPath(RouteCall call) throws RefusedException {
        ModuleSpec spec = spec(call);
        if (!spec.name().equals(call.parameter("name"))) {
            throw new RefusedException(new Refusal.Invalid(
                    "the body's name \"" + spec.name() + "\" is not the path's \"" + call.parameter("name") + "\""));
        }
        return spec;
    }

    private static RefusedException invalid(String parameter) {
        return new RefusedException(new Refusal.Invalid("invalid parameter: " + parameter));
    }
}
