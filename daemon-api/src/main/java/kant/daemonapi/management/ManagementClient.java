package kant.daemonapi.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kant.daemonapi.ApiVersion;
import kant.daemonapi.unix.ApiException;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.unix.UnixReply;
import kant.daemonapi.unix.UnixRequest;
import kant.daemonapi.unix.UnixResponse;
import kant.model.error.RefusedException;

/**
 * The management API's client; blocking, call it on a virtual thread. An error answer is an {@link ApiException} with the daemon's
 * status and message, everything else that goes wrong another {@link IOException}.
 */
public final class ManagementClient {
    /** As long as the original's agent waits: a create pulls an image. */
    public static final Duration LIMIT = Duration.ofMinutes(5);

    private final UnixHttpClient http;
    private final Duration limit;

    public ManagementClient(UnixHttpClient http) {
        this(http, LIMIT);
    }

    /** @param limit for each call; for {@link #logs} until the first byte */
    public ManagementClient(UnixHttpClient http, Duration limit) {
        this.http = http;
        this.limit = limit;
    }

    public List<ModuleDetails> modules() throws IOException {
        List<ModuleDetails> modules = new ArrayList<>();
        for (JsonNode module : get("/modules").path("modules")) {
            modules.add(read(module, ModuleDetails::parse));
        }
        return List.copyOf(modules);
    }

    public ModuleDetails module(String name) throws IOException {
        return read(get(path(name, "")), ModuleDetails::parse);
    }

    /** Pulls the image as the policy says and creates the module, which is not started. */
    public ModuleDetails create(ModuleSpec spec) throws IOException {
        return read(send("POST", "/modules", spec.toJson()), ModuleDetails::parse);
    }

    /** Replaces the module and leaves it stopped. */
    public ModuleDetails update(ModuleSpec spec) throws IOException {
        return read(send("PUT", path(spec.name(), "") + "?start=false", spec.toJson()), ModuleDetails::parse);
    }

    /** Replaces the module and starts it. */
    public ModuleDetails updateAndStart(ModuleSpec spec) throws IOException {
        return read(send("PUT", path(spec.name(), "") + "?start=true", spec.toJson()), ModuleDetails::parse);
    }

    /** Pulls the image of a coming update. */
    public void prepareUpdate(ModuleSpec spec) throws IOException {
        send("POST", path(spec.name(), "/prepareupdate"), spec.toJson());
    }

    public void start(String name) throws IOException {
        send("POST", path(name, "/start"));
    }

    public void stop(String name) throws IOException {
        send("POST", path(name, "/stop"));
    }

    public void restart(String name) throws IOException {
        send("POST", path(name, "/restart"));
    }

    public void delete(String name) throws IOException {
        send("DELETE", path(name, ""));
    }

    /** The module's log; close it to end a following read, from any thread. */
    public LogFrames logs(String name, LogOptions options) throws IOException {
        return new LogFrames(open(path(name, "/logs") + "?" + options.query()));
    }

    /** A zip archive for somebody who looks for a fault; close it. */
    public InputStream supportBundle(BundleOptions options) throws IOException {
        return open("/systeminfo/supportbundle?" + options.query());
    }

    private InputStream open(String target) throws IOException {
        UnixResponse response = http.open(UnixRequest.of("GET", versioned(target)), limit);
        if (response.status() >= 400) {
            try (response) {
                throw new ApiException(
                        response.status(),
                        new UnixReply(
                                        response.status(),
                                        response.headers(),
                                        response.body().readNBytes(64 * 1024))
                                .message());
            }
        }
        return response.body();
    }

    public List<Identity> identities() throws IOException {
        List<Identity> identities = new ArrayList<>();
        for (JsonNode identity : get("/identities").path("identities")) {
            identities.add(read(identity, Identity::parse));
        }
        return List.copyOf(identities);
    }

    /** Makes a module identity at the parent's registry. */
    public Identity createIdentity(String moduleId, String managedBy) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("moduleId", moduleId).put("managedBy", managedBy);
        return read(send("POST", "/identities", body), Identity::parse);
    }

    /** Uploads the identity's keys again. */
    public Identity updateIdentity(Identity identity) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("generationId", identity.generationId()).put("managedBy", identity.managedBy());
        return read(send("PUT", "/identities/" + encode(identity.moduleId()), body), Identity::parse);
    }

    public void deleteIdentity(String moduleId) throws IOException {
        send("DELETE", "/identities/" + encode(moduleId));
    }

    /** Has credentials kept for a registry: {@code {"serveraddress","checked","reason"?}}, where a check may have been impossible. */
    public JsonNode login(RegistryAuth credentials) throws IOException {
        return send("POST", "/registries", credentials.toJson());
    }

    /** Has a registry's credentials forgotten. */
    public void logout(String server) throws IOException {
        send("DELETE", "/registries/" + encode(server));
    }

    public SystemInfo systemInfo() throws IOException {
        return SystemInfo.of(get("/systeminfo"));
    }

    /** The answer of {@code GET /systeminfo/resources} as it is. */
    public ObjectNode systemResources() throws IOException {
        return get("/systeminfo/resources").deepCopy();
    }

    private interface Parser<T> {
        T parse(JsonNode json) throws RefusedException;
    }

    private static <T> T read(JsonNode json, Parser<T> parser) throws IOException {
        try {
            return parser.parse(json);
        } catch (RefusedException e) {
            throw new IOException(
                    "the daemon's answer is not understood: " + e.refusal().reason(), e);
        }
    }

    private JsonNode get(String target) throws IOException {
        return http.call(UnixRequest.of("GET", versioned(target)), limit)
                .orThrow()
                .json();
    }

    private void send(String method, String target) throws IOException {
        http.call(UnixRequest.of(method, versioned(target)), limit).orThrow();
    }

    private JsonNode send(String method, String target, ObjectNode body) throws IOException {
        return http.call(UnixRequest.of(method, versioned(target), body), limit)
                .orThrow()
                .json();
    }

    private static String versioned(String target) {
        return target + (target.contains("?") ? "&" : "?") + "api-version=" + ApiVersion.NEWEST.text();
    }

    private static String path(String module, String rest) {
        return "/modules/" + encode(module) + rest;
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
