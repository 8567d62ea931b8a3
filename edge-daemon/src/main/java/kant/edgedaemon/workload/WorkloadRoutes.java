package kant.edgedaemon.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import kant.daemonapi.Fields;
import kant.daemonapi.management.Identity;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.unix.ApiAnswer;
import kant.edgedaemon.api.Route;
import kant.edgedaemon.api.Route.Access;
import kant.edgedaemon.api.RouteCall;
import kant.edgedaemon.certs.ModuleCertificates;
import kant.edgedaemon.certs.TrustBundle;
import kant.edgedaemon.engine.ModuleEngine;
import kant.edgedaemon.identity.Identities;
import kant.edgedaemon.keys.ModuleCipher;
import kant.edgedaemon.keys.ModuleKeys;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/** The routes of the workload API. */
public final class WorkloadRoutes {
    private final Identities identities;
    private final ModuleKeys keys;
    private final ModuleCipher cipher;
    private final ModuleCertificates certificates;
    private final TrustBundle trustBundle;

    public WorkloadRoutes(
            Identities identities,
            ModuleKeys keys,
            ModuleCipher cipher,
            ModuleCertificates certificates,
            TrustBundle trustBundle) {
        this.identities = identities;
        this.keys = keys;
        this.cipher = cipher;
        this.certificates = certificates;
        this.trustBundle = trustBundle;
    }

    /** All of them. */
    public List<Route> routes(ModuleEngine engine) {
        String generation = "/modules/{name}/genid/{gen}";
        return List.of(
                Route.of("GET", "/modules", Access.ANYONE, _ -> modules(engine)),
                Route.of("POST", generation + "/sign", Access.NAMED_MODULE, this::sign),
                Route.of("POST", generation + "/encrypt", Access.NAMED_MODULE, this::encrypt),
                Route.of("POST", generation + "/decrypt", Access.NAMED_MODULE, this::decrypt),
                Route.of("POST", generation + "/certificate/server", Access.NAMED_MODULE, this::serverCertificate),
                Route.of(
                        "POST", "/modules/{name}/certificate/identity", Access.NAMED_MODULE, this::identityCertificate),
                Route.of("GET", "/trust-bundle", Access.ANYONE, _ -> certificate(trustBundle.pem())),
                Route.of("GET", "/manifest-trust-bundle", Access.ANYONE, _ -> certificate("")));
    }

    private static ApiAnswer modules(ModuleEngine engine) throws IOException {
        var body = JsonNodeFactory.instance.objectNode();
        var list = body.putArray("modules");
        for (ModuleDetails module : engine.list()) {
            list.add(module.toJson());
        }
        return ApiAnswer.ok(body);
    }

    /** Signs with the key of the generation that the hub has now, whatever the path says, as the original does. */
    private ApiAnswer sign(RouteCall call) throws IOException, RefusedException {
        byte[] data = Fields.base64(call.body(), "data");
        Identity identity = identities.known(hubsId(call.parameter("name")));
        return base64("digest", keys.sign(identity.moduleId(), identity.generationId(), data));
    }

    private ApiAnswer encrypt(RouteCall call) throws RefusedException {
        byte[] plaintext = Fields.base64(call.body(), "plaintext");
        byte[] iv = Fields.base64(call.body(), "initializationVector");
        return base64("ciphertext", cipher.encrypt(call.parameter("name"), call.parameter("gen"), plaintext, iv));
    }

    private ApiAnswer decrypt(RouteCall call) throws RefusedException {
        byte[] ciphertext = Fields.base64(call.body(), "ciphertext");
        byte[] iv = Fields.base64(call.body(), "initializationVector");
        return base64("plaintext", cipher.decrypt(call.parameter("name"), call.parameter("gen"), ciphertext, iv));
    }

    private ApiAnswer serverCertificate(RouteCall call) throws RefusedException {
        String commonName = Fields.text(call.body(), "commonName");
        Instant expiration = Fields.instantOrNull(call.body(), "expiration");
        return ApiAnswer.created(certificates
                .server(call.parameter("name"), commonName, expiration)
                .toJson());
    }

    private ApiAnswer identityCertificate(RouteCall call) throws RefusedException {
        JsonNode body = call.bodyOrNull();
        @Nullable Instant expiration = body == null ? null : Fields.instantOrNull(body, "expiration");
        return ApiAnswer.created(certificates
                .identity(hubsId(call.parameter("name")), expiration)
                .toJson());
    }

    /** The hub's own modules keep their {@code $} in the registry; containers, and some callers, drop it. */
    private static String hubsId(String name) {
        return name.equals("edgeHub") || name.equals("edgeAgent") ? "$" + name : name;
    }

    private static ApiAnswer certificate(String pem) {
        return ApiAnswer.ok(JsonNodeFactory.instance.objectNode().put("certificate", pem));
    }

    private static ApiAnswer base64(String name, byte[] bytes) {
        return ApiAnswer.ok(JsonNodeFactory.instance
                .objectNode()
                .put(name, Base64.getEncoder().encodeToString(bytes)));
    }
}
