package kant.edgedaemon.management;

import java.util.ArrayList;
import java.util.List;
import kant.daemonapi.ApiVersion;
import kant.daemonapi.unix.ApiAnswer;
import kant.edgedaemon.api.Route;
import kant.edgedaemon.api.Route.Access;
import kant.edgedaemon.engine.Modules;
import kant.edgedaemon.identity.Identities;
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

    /** @param version of the daemon */
    public ManagementRoutes(Modules modules, Identities identities, Tasks tasks, Time time, String version) {
        this.modules = new ModuleRoutes(modules, tasks, time);
        this.identities = new IdentityRoutes(identities);
        this.facts = new SystemFacts(version, time);
        this.engine = modules;
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
        routes.add(notBuilt(
                "GET",
                "/systeminfo/supportbundle",
                ApiVersion.V2020_07_07,
                Access.ANYONE,
                "support bundles are not made by this version; read single logs with \"kant logs MODULE\""));
        routes.add(notBuilt(
                "POST",
                "/device/reprovision",
                ApiVersion.V2019_10_22,
                Access.AGENT,
                "a device with a connection string is not provisioned again by a call; change config.toml and restart"
                        + " the daemon"));
        return List.copyOf(routes);
    }

    private static Route notBuilt(String method, String path, ApiVersion since, Access access, String why) {
        return Route.of(method, path, since, access, _ -> ApiAnswer.error(NOT_BUILT, why));
    }
}
