package kant.edgedaemon.management;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.List;
import kant.daemonapi.Fields;
import kant.daemonapi.management.Identity;
import kant.daemonapi.unix.ApiAnswer;
import kant.edgedaemon.api.Route;
import kant.edgedaemon.api.Route.Access;
import kant.edgedaemon.api.RouteCall;
import kant.edgedaemon.identity.Identities;
import kant.edgedaemon.identity.ParentException;
import kant.model.error.RefusedException;

/** The management API's routes about identities. */
final class IdentityRoutes {
    private static final String MANAGED_BY = "iotedge";
    private static final int SERVER_ERROR = 500;

    private final Identities identities;

    IdentityRoutes(Identities identities) {
        this.identities = identities;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/identities", Access.KNOWN_PEER, _ -> list()),
                Route.of("POST", "/identities", Access.AGENT, call -> passingOn(() -> create(call))),
                Route.of("PUT", "/identities/{id}", Access.AGENT, call -> passingOn(() -> update(call))),
                Route.of("DELETE", "/identities/{id}", Access.AGENT, call -> passingOn(() -> delete(call))));
    }

    private interface Action {
        ApiAnswer run() throws IOException, RefusedException;
    }

    /** A parent that says no is not a fault of this daemon's, to be tried again at once. */
    private static ApiAnswer passingOn(Action action) throws IOException, RefusedException {
        try {
            return action.run();
        } catch (ParentException e) {
            if (e.status() < SERVER_ERROR) {
                return ApiAnswer.error(e.status(), String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private ApiAnswer list() throws IOException {
        var body = JsonNodeFactory.instance.objectNode();
        var list = body.putArray("identities");
        for (Identity identity : identities.list()) {
            list.add(identity.toJson());
        }
        return ApiAnswer.ok(body);
    }

    private ApiAnswer create(RouteCall call) throws IOException, RefusedException {
        String moduleId = Fields.text(call.body(), "moduleId");
        String managedBy = Fields.textOrNull(call.body(), "managedBy");
        return ApiAnswer.ok(identities
                .create(moduleId, managedBy == null ? MANAGED_BY : managedBy)
                .toJson());
    }

    /** The body must be there and is not looked at, as in the original: the keys follow from the hub's generation id. */
    private ApiAnswer update(RouteCall call) throws IOException, RefusedException {
        call.body();
        return ApiAnswer.ok(identities.update(call.parameter("id")).toJson());
    }

    private ApiAnswer delete(RouteCall call) throws IOException {
        try {
            identities.delete(call.parameter("id"));
        } catch (ParentException e) {
            if (e.status() == 404) {
                return ApiAnswer.error(404, "no such identity: \"" + call.parameter("id") + "\"");
            }
            throw e;
        }
        return ApiAnswer.noContent();
    }
}
