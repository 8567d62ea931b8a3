package kant.edgehub.nested;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import kant.edgehub.auth.AuthChains;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The module registry for devices below: each request goes to the parent on behalf of the device that asks, and its answer
 * comes back as it is.
 */
public final class ModuleApi {
    private static final Logger log = LoggerFactory.getLogger(ModuleApi.class);

    private final AuthChains chains;
    private final Actors actors;
    private final ParentRegistry parent;

    public ModuleApi(AuthChains chains, Actors actors, ParentRegistry parent) {
        this.chains = chains;
        this.actors = actors;
        this.parent = parent;
    }

    /** {@code GET /devices/{d}/modules}: the device's modules, for itself. */
    HttpAnswer list(HttpCall call, IdentityId device) {
        if (!call.method().equals("GET")) {
            return HttpAnswer.json(405, Bodies.registryError("only GET is served here"));
        }
        if (call.parameter("api-version").isEmpty()) {
            return HttpAnswer.json(400, Bodies.registryError("the query has no api-version"))
                    .with("iothub-errorcode", "InvalidProtocolVersion");
        }
        return answered(() -> {
            actors.authenticate(call, device);
            return forward(call, device, "POST", "getModulesOnTargetDevice", JsonNodeFactory.instance.objectNode());
        });
    }

    /** {@code PUT}, {@code GET} and {@code DELETE /devices/{d}/modules/{m}}, for the device itself. */
    HttpAnswer one(HttpCall call, IdentityId module) {
        return answered(() -> {
            actors.authenticate(call, module.device());
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            return switch (call.method()) {
                case "PUT" -> {
                    body.set("module", Bodies.object(call));
                    yield forward(call, module.device(), "PUT", "putModuleOnBehalfOf", body);
                }
                case "GET" -> {
                    body.put("targetModuleId", module.moduleId());
                    yield forward(call, module.device(), "POST", "getModuleOnBehalfOf", body);
                }
                case "DELETE" -> {
                    body.put("moduleId", module.moduleId());
                    yield forward(call, module.device(), "POST", "deleteModuleOnBehalfOf", body);
                }
                default -> HttpAnswer.json(405, Bodies.registryError("GET, PUT and DELETE are served here"));
            };
        });
    }

    /** The same, asked by the hub of an edge device below that has been asked itself. */
    HttpAnswer onBehalf(HttpCall call, IdentityId actor, String operation) {
        return answered(() -> {
            ObjectNode body = Bodies.object(call);
            IdentityId target =
                    actors.chain(Bodies.text(body, "authChain"), actor).getFirst();
            actors.authenticateHub(call, actor, target);
            return forward(call, target, call.method(), operation, body);
        });
    }

    private HttpAnswer forward(HttpCall call, IdentityId device, String method, String operation, ObjectNode body)
            throws IOException, RefusedException {
        List<IdentityId> chain = chains.of(device)
                .orElseThrow(() -> new RefusedException(
                        new Refusal.Unauthorized("\"" + device + "\" is not in the scope of this device")));
        // the way from here up is longer by this device than the one the caller knows
        body.put("authChain", AuthChains.text(chain));
        Optional<String> ifMatch = call.header("if-match");
        return parent.call(method, operation, body.toString().getBytes(StandardCharsets.UTF_8), ifMatch.orElse(""));
    }

    private interface Answer {
        HttpAnswer get() throws IOException, RefusedException;
    }

    private static HttpAnswer answered(Answer answer) {
        try {
            return answer.get();
        } catch (RefusedException e) {
            int status = ScopeApi.status(e.refusal());
            return HttpAnswer.json(status, Bodies.registryError(e.refusal().reason()));
        } catch (IllegalArgumentException e) {
            return HttpAnswer.json(400, Bodies.registryError(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("a request to the module registry could not be passed to the parent");
            return HttpAnswer.json(500, Bodies.registryError("the parent cannot be asked: " + e.getMessage()));
        }
    }
}
