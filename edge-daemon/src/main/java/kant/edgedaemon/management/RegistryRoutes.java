package kant.edgedaemon.management;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.List;
import kant.daemonapi.management.RegistryAuth;
import kant.daemonapi.unix.ApiAnswer;
import kant.edgedaemon.api.Route;
import kant.edgedaemon.api.Route.Access;
import kant.edgedaemon.api.RouteCall;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.Modules;
import kant.edgedaemon.registry.RegistryLogins;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The management API's routes about registries, ours alone. There is none that tells a password. */
public final class RegistryRoutes {
    private static final Logger log = LoggerFactory.getLogger(RegistryRoutes.class);
    private static final List<Integer> REFUSED = List.of(400, 401, 403);

    private final Modules modules;
    private final RegistryLogins logins;

    public RegistryRoutes(Modules modules, RegistryLogins logins) {
        this.modules = modules;
        this.logins = logins;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.of("POST", "/registries", Access.ANYONE, this::login),
                Route.of("DELETE", "/registries/{server}", Access.ANYONE, this::logout));
    }

    /** Refused credentials are not kept; those that nobody could check are, for the registry may be away. */
    private ApiAnswer login(RouteCall call) throws RefusedException, IOException {
        RegistryAuth given = RegistryAuth.parse(call.body());
        if (given == null) {
            throw new RefusedException(new Refusal.Invalid("the body must be an object"));
        }
        RegistryAuth auth = RegistryLogins.checked(given);
        var answer = JsonNodeFactory.instance.objectNode().put("serveraddress", auth.serverAddress());
        try {
            modules.checkLogin(auth);
            answer.put("checked", true);
        } catch (EngineException e) {
            if (REFUSED.contains(e.status())) {
                throw e;
            }
            answer.put("checked", false).put("reason", e.getMessage());
        }
        logins.put(auth);
        log.atInfo().addKeyValue("registry", auth.serverAddress()).log("registry credentials kept");
        return ApiAnswer.ok(answer);
    }

    private ApiAnswer logout(RouteCall call) throws RefusedException, IOException {
        String server = call.parameter("server");
        if (!logins.remove(server)) {
            return ApiAnswer.error(404, "there are no credentials for the registry \"" + server + "\"");
        }
        log.atInfo().addKeyValue("registry", server).log("registry credentials removed");
        return ApiAnswer.noContent();
    }
}
