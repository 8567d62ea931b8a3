package kant.edgehub.nested;

import java.io.IOException;
import java.util.List;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpHandler;

/** Brings each request of an edge device below to who answers it. */
public final class NestedApi implements HttpHandler {
    private final ScopeApi scope;
    private final ModuleApi modules;
    private final HttpHandler others;

    /** @param others answers what is none of this */
    public NestedApi(ScopeApi scope, ModuleApi modules, HttpHandler others) {
        this.scope = scope;
        this.modules = modules;
        this.others = others;
    }

    @Override
    public HttpAnswer handle(HttpCall call) throws Exception {
        List<String> path = call.path();
        boolean devices =
                path.size() >= 3 && path.get(0).equals("devices") && path.get(2).equals("modules");
        if (!devices || path.size() > 5) {
            return others.handle(call);
        }
        try {
            IdentityId device = IdentityId.device(path.get(1));
            return switch (path.size()) {
                case 3 -> modules.list(call, device);
                case 4 -> modules.one(call, IdentityId.module(device.deviceId(), path.get(3)));
                default ->
                    path.get(3).equals(IdentityId.EDGE_HUB)
                            ? operation(call, device, path.get(4))
                            : others.handle(call);
            };
        } catch (IllegalArgumentException e) {
            return HttpAnswer.json(400, Bodies.scopeError(String.valueOf(e.getMessage())));
        }
    }

    private HttpAnswer operation(HttpCall call, IdentityId actor, String operation)
            throws IOException, RefusedException {
        return switch (operation) {
            case "devicesAndModulesInDeviceScope" -> scope.list(call, actor);
            case "deviceAndModuleInDeviceScope" -> scope.one(call, actor);
            case "devicesAndModulesInTargetDeviceScope" -> scope.listOnBehalf(call, actor);
            case "getDeviceAndModuleOnBehalfOf" -> scope.oneOnBehalf(call, actor);
            case "putModuleOnBehalfOf", "getModuleOnBehalfOf", "getModulesOnTargetDevice", "deleteModuleOnBehalfOf" ->
                modules.onBehalf(call, actor, operation);
            default -> HttpAnswer.json(404, Bodies.scopeError("no such operation: " + operation));
        };
    }
}
