package kant.conformance.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** The stand-in's service API over plain HTTPS: quicker than the {@code kant} command, for suites that register many clients. */
public final class HubService {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String VERSION = "api-version=2021-04-12";

    private final SasIdentity policy;
    private final String base;
    private final HttpClient http;

    public HubService(StandIn standIn, SSLContext trust) {
        policy = SasIdentity.of(standIn.serviceConnectionString());
        base = "https://" + standIn.name() + ":" + standIn.httpsPort();
        http = HttpClient.newBuilder().sslContext(trust).build();
    }

    /** An answer, whatever its status. */
    public record Answer(int status, JsonNode json) {
        public Answer require(int expected) {
            if (status != expected) {
                throw new AssertionError("expected status " + expected + ", got " + this);
            }
            return this;
        }
    }

    /** A device that signs its own tokens. */
    public SasIdentity device(String id) throws Exception {
        return identity(put("/devices/" + id, deviceBody(id)));
    }

    /** A device below an edge device. */
    public SasIdentity leaf(String id, String edge) throws Exception {
        return identity(put("/devices/" + id, below(deviceBody(id), edge)));
    }

    public SasIdentity edgeDevice(String id) throws Exception {
        ObjectNode body = deviceBody(id);
        body.putObject("capabilities").put("iotEdge", true);
        return identity(put("/devices/" + id, body));
    }

    /** An edge device below another. */
    public SasIdentity childEdge(String id, String parent) throws Exception {
        ObjectNode body = deviceBody(id);
        body.putObject("capabilities").put("iotEdge", true);
        body.putArray("parentScopes").add(scope(parent));
        return identity(put("/devices/" + id, body));
    }

    public SasIdentity module(String device, String id) throws Exception {
        return identity(put(
                "/devices/" + device + "/modules/" + id,
                JSON.createObjectNode().put("deviceId", device).put("moduleId", id)));
    }

    /** Takes a module out of the registry. */
    public void delete(String device, String module) throws Exception {
        send(request("/devices/" + device + "/modules/" + module, "?" + VERSION)
                        .header("If-Match", "*")
                        .DELETE())
                .require(204);
    }

    /** The module of an edge device's hub, which has no key until somebody, usually the daemon, asks for one. */
    public SasIdentity hubOf(String device) throws Exception {
        return systemModule(device, "$edgeHub");
    }

    /** The same for the agent or the hub. */
    public SasIdentity systemModule(String device, String id) throws Exception {
        String path = "/devices/" + device + "/modules/" + id;
        ObjectNode body = (ObjectNode) call("GET", path, null).require(200).json();
        body.putObject("authentication").put("type", "sas");
        return identity(update(path, body));
    }

    /**
     * A device that shows a certificate.
     *
     * @param thumbprint null where an authority vouches for it
     * @param edge null where it is below none
     */
    public void certified(String id, String thumbprint, String edge) throws Exception {
        ObjectNode body = deviceBody(id);
        ObjectNode authentication = body.putObject("authentication")
                .put("type", thumbprint == null ? "certificateAuthority" : "selfSigned");
        if (thumbprint != null) {
            authentication.putObject("x509Thumbprint").put("primaryThumbprint", thumbprint);
        }
        put("/devices/" + id, edge == null ? body : below(body, edge));
    }

    /** The device as it is registered, to be changed and {@link #update put back}. */
    public ObjectNode registered(String device) throws Exception {
        return (ObjectNode) call("GET", "/devices/" + device, null).require(200).json();
    }

    public void updateDevice(String device, ObjectNode body) throws Exception {
        update("/devices/" + device, body);
    }

    public JsonNode twin(String id) throws Exception {
        return call("GET", twinPath(id), null).require(200).json();
    }

    /** Merges desired properties. */
    public JsonNode patchTwin(String id, String desired) throws Exception {
        return call("PATCH", twinPath(id), "{\"properties\":{\"desired\":" + desired + "}}")
                .require(200)
                .json();
    }

    public Answer method(String id, String name, String payload, int responseSeconds, int connectSeconds)
            throws Exception {
        ObjectNode body = JSON.createObjectNode()
                .put("methodName", name)
                .put("responseTimeoutInSeconds", responseSeconds)
                .put("connectTimeoutInSeconds", connectSeconds);
        body.set("payload", JSON.readTree(payload));
        return call("POST", twinPath(id) + "/methods", body.toString());
    }

    public Answer method(String id, String name, String payload) throws Exception {
        return method(id, name, payload, 20, 10);
    }

    public void deploy(String device, String manifest) throws Exception {
        Answer answer = call("POST", "/devices/" + device + "/applyConfigurationContent", manifest);
        if (answer.status() / 100 != 2) {
            throw new AssertionError("the deployment to " + device + " was refused: " + answer);
        }
    }

    public Answer call(String method, String path, String body) throws IOException, InterruptedException {
        return send(request(path, path.contains("?") ? "&" + VERSION : "?" + VERSION)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body)));
    }

    /** The same with an etag that must still be the one there, or {@code *}. */
    public Answer call(String method, String path, String body, String ifMatch)
            throws IOException, InterruptedException {
        return send(request(path, "?" + VERSION)
                .header("If-Match", ifMatch)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Merges tags of a device. */
    public void patchTags(String device, String tags) throws Exception {
        call("PATCH", twinPath(device), "{\"tags\":" + tags + "}").require(200);
    }

    public SasIdentity policy() {
        return policy;
    }

    private HttpRequest.Builder request(String path, String query) {
        try {
            return HttpRequest.newBuilder(URI.create(base + path + query))
                    .timeout(LIMIT)
                    .header("Authorization", policy.token())
                    .header("Content-Type", "application/json; charset=utf-8");
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException("every JDK can sign", e);
        }
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        String text = response.body();
        return new Answer(response.statusCode(), JSON.readTree(text.isEmpty() ? "{}" : text));
    }

    private JsonNode update(String path, ObjectNode body) throws Exception {
        return send(request(path, "?" + VERSION)
                        .header("If-Match", "*")
                        .PUT(HttpRequest.BodyPublishers.ofString(body.toString())))
                .require(200)
                .json();
    }

    private JsonNode put(String path, ObjectNode body) throws Exception {
        return call("PUT", path, body.toString()).require(200).json();
    }

    private ObjectNode below(ObjectNode body, String edge) throws Exception {
        String scope = scope(edge);
        body.put("deviceScope", scope).putArray("parentScopes").add(scope);
        return body;
    }

    private String scope(String edge) throws Exception {
        return registered(edge).path("deviceScope").asText();
    }

    private static ObjectNode deviceBody(String id) {
        return JSON.createObjectNode().put("deviceId", id).put("status", "enabled");
    }

    private static String twinPath(String id) {
        return "/twins/" + id.replaceFirst("/", "/modules/").replace("$", "%24");
    }

    private SasIdentity identity(JsonNode registered) {
        return new SasIdentity(
                policy.hub(),
                registered.path("deviceId").asText(),
                registered.path("moduleId").isMissingNode()
                        ? null
                        : registered.path("moduleId").asText(),
                null,
                registered
                        .path("authentication")
                        .path("symmetricKey")
                        .path("primaryKey")
                        .asText());
    }
}
