package kant.edgedaemon.management;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kant.daemonapi.ApiVersion;
import kant.daemonapi.unix.ApiAnswer;
import kant.edgedaemon.api.Route;
import kant.edgedaemon.api.Route.Access;
import kant.edgedaemon.api.RouteCall;
import kant.edgedaemon.engine.Modules;
import kant.edgedaemon.identity.Identities;
import kant.edgedaemon.watch.AgentUpdates;
import kant.model.error.RefusedException;
import kant.world.Tasks;
import kant.world.Time;

/** The routes of the management API. */
public final class ManagementRoutes {
    /** Not Implemented: known, and refused. */
    private static final int NOT_BUILT = 501;

    private final ModuleRoutes modules;
    private final IdentityRoutes identities;
    private final SystemFacts facts;
    private final Modules engine;
    private final SupportBundle bundle;
    private final Time time;

    /** @param version of the daemon */
    public ManagementRoutes(
            Modules modules, Identities identities, AgentUpdates agent, Tasks tasks, Time time, String version) {
        this.modules = new ModuleRoutes(modules, agent, tasks, time);
        this.identities = new IdentityRoutes(identities);
        this.facts = new SystemFacts(version, time);
        this.engine = modules;
        this.bundle = new SupportBundle(modules, facts, tasks);
        this.time = time;
    }

    /** All of them. */
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(modules.routes());
        routes.addAll(identities.routes());
        routes.add(Route.of("GET", "/systeminfo", Access.ANYONE, _ -> ApiAnswer.ok(facts.info())));
        routes.add(Route.of(
                "GET",
                "/systeminfo/resources",
                ApiVersion.V2019_11_05,
                Access.ANYONE,
                _ -> ApiAnswer.ok(facts.resources(engine))));
        routes.add(Route.of(
                "GET", "/systeminfo/supportbundle", ApiVersion.V2020_07_07, Access.ANYONE, this::supportBundle));
        routes.add(notBuilt(
                "POST",
                "/device/reprovision",
                ApiVersion.V2019_10_22,
                Access.AGENT,
                "a device with a connection string is not provisioned again by a call; change config.toml and restart"
                        + " the daemon"));
        return List.copyOf(routes);
    }

    private ApiAnswer supportBundle(RouteCall call) throws RefusedException, IOException {
        var wanted = new SupportBundle.Wanted(
                LogTime.parameter("since", call.query("since"), time.now()),
                LogTime.parameter("until", call.query("until"), time.now()),
                call.flag("edge_runtime_only"));
        return new ApiAnswer.Stream(200, "application/zip", bundle.open(wanted));
    }

    private static Route notBuilt(String method, String path, ApiVersion since, Access access, String why) {
        return Route.of(method, path, since, access, _ -> ApiAnswer.error(NOT_BUILT, why));
    }
}
