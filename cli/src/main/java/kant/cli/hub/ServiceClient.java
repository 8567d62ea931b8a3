package kant.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kant.cli.host.CliException;
import kant.cli.host.Json;
import kant.model.auth.ConnectionString;
import kant.model.auth.SasToken;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/** The service REST API of an IoT Hub (service-protocols.md §2), dialled at the stand-in's own address. */
public final class ServiceClient {
    private static final String API = "api-version=2021-04-12";
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);

    private final HubInfo hub;
    private final HttpClient http;
    private final String policy;
    private final String key;

    public ServiceClient(HubInfo hub) throws CliException {
        this.hub = hub;
        try {
            ConnectionString cs = ConnectionString.parse(hub.connectionString());
            policy = cs.require("SharedAccessKeyName");
            key = cs.require("SharedAccessKey");
            http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(trusting(hub))
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();
        } catch (RefusedException | IOException | GeneralSecurityException e) {
            throw new CliException("the stand-in's " + hub.data() + "/hub.json can't be used: " + e.getMessage(), e);
        }
    }

    /**
     * Creates a device, an edge device with its two system modules where asked; the answer has its keys.
     *
     * @param parent the edge device in whose scope it shall be; null for none
     */
    public JsonNode createDevice(String id, boolean edge, @Nullable String parent) throws CliException {
        ObjectNode body = Json.object().put("deviceId", id);
        if (parent != null) {
            String scope = identity(parent, null).path("deviceScope").asText("");
            if (scope.isEmpty()) {
                throw new CliException("device \"" + parent + "\" is not an edge device, so it can't be a parent;"
                        + " create it with --edge");
            }
            if (!edge) {
                body.put("deviceScope", scope);
            }
            body.putArray("parentScopes").add(scope);
        }
        body.putObject("capabilities").put("iotEdge", edge);
        ObjectNode authentication = body.putObject("authentication").put("type", "sas");
        authentication.putObject("symmetricKey").put("primaryKey", "").put("secondaryKey", "");
        return call("PUT", "/devices/" + encode(id), body);
    }

    public JsonNode createModule(String device, String id) throws CliException {
        ObjectNode body = Json.object().put("deviceId", device).put("moduleId", id);
        ObjectNode authentication = body.putObject("authentication").put("type", "sas");
        authentication.putObject("symmetricKey").put("primaryKey", "").put("secondaryKey", "");
        return call("PUT", path("/devices/", device, id), body);
    }

    /** The registry's record of a device or module, with its keys. */
    public JsonNode identity(String device, @Nullable String module) throws CliException {
        return call("GET", path("/devices/", device, module), null);
    }

    /** Whether the registry has this device. */
    public boolean hasDevice(String device) throws CliException {
        for (JsonNode known : call("GET", "/devices", null)) {
            if (known.path("deviceId").asText().equals(device)) {
                return true;
            }
        }
        return false;
    }

    /** Applies a deployment manifest to one device. */
    public void deploy(String device, ObjectNode manifest) throws CliException {
        ObjectNode content = manifest.path("content") instanceof ObjectNode inner ? inner : manifest;
        if (!content.path("modulesContent").isObject()) {
            throw new CliException(
                    "the manifest has no object \"modulesContent\" (nor \"content\" around one); see docs/start.md for one that works");
        }
        call("POST", "/devices/" + encode(device) + "/applyConfigurationContent", content);
    }

    /** All automatic deployments, base and layered. */
    public JsonNode deployments() throws CliException {
        return call("GET", "/configurations", null);
    }

    public ObjectNode deployment(String id) throws CliException {
        return (ObjectNode) call("GET", "/configurations/" + encode(id), null);
    }

    public JsonNode createDeployment(String id, ObjectNode configuration) throws CliException {
        return call("PUT", "/configurations/" + encode(id), configuration);
    }

    /** Changes what may change; refused where somebody else has changed it since it was read. */
    public JsonNode updateDeployment(String id, ObjectNode configuration) throws CliException {
        return send(
                "PUT",
                "/configurations/" + encode(id) + "?" + API,
                configuration,
                configuration.path("etag").asText());
    }

    public void deleteDeployment(String id) throws CliException {
        call("DELETE", "/configurations/" + encode(id), null);
    }

    public JsonNode twin(String device, @Nullable String module) throws CliException {
        return call("GET", path("/twins/", device, module), null);
    }

    public JsonNode patchTwin(String device, @Nullable String module, JsonNode patch) throws CliException {
        return call("PATCH", path("/twins/", device, module), patch);
    }

    /** Calls a direct method; the answer is {@code {"status":n,"payload":…}}. */
    public JsonNode method(
            String device, @Nullable String module, String name, @Nullable JsonNode payload, int timeoutSeconds)
            throws CliException {
        ObjectNode body = Json.object()
                .put("methodName", name)
                .put("responseTimeoutInSeconds", timeoutSeconds)
                .put("connectTimeoutInSeconds", 0);
        if (payload != null) {
            body.set("payload", payload);
        }
        return call("POST", path("/twins/", device, module) + "/methods", body);
    }

    /** Queues a message to a device or module; the answer is {@code {"sequenceNumber":n}}. */
    public JsonNode queue(String device, @Nullable String module, JsonNode message) throws CliException {
        return call("POST", path("/kant/devices/", device, module) + "/messages", message);
    }

    /**
     * Telemetry after a position; waits up to {@code waitSeconds} for the first message.
     *
     * @param after a sequence number, {@code -1} for the oldest kept, {@code latest} for what comes next
     * @return {@code {"events":[…],"next":n}}, where {@code next} is the position to go on from
     */
    public JsonNode telemetry(String after, int max, int waitSeconds) throws CliException {
        return send(
                "GET",
                "/kant/telemetry?after=" + after + "&max=" + max + "&waitSeconds=" + waitSeconds + "&" + API,
                null);
    }

    private JsonNode call(String method, String path, @Nullable JsonNode body) throws CliException {
        return send(method, path + "?" + API, body);
    }

    private JsonNode send(String method, String pathAndQuery, @Nullable JsonNode body) throws CliException {
        return send(method, pathAndQuery, body, "");
    }

    private JsonNode send(String method, String pathAndQuery, @Nullable JsonNode body, String etag)
            throws CliException {
        var builder = HttpRequest.newBuilder(
                        URI.create("https://" + hub.address() + ":" + hub.httpsPort() + pathAndQuery))
                .timeout(Duration.ofSeconds(60))
                .header(
                        "Authorization",
                        SasToken.sign(hub.hostName(), key, Instant.now().plus(TOKEN_LIFE), policy))
                .header("Content-Type", "application/json; charset=utf-8")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(Json.text(body)));
        if (!etag.isEmpty()) {
            builder.header("If-Match", '"' + etag + '"');
        }
        try {
            HttpResponse<String> answer = http.send(builder.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new CliException(hub.hostName() + " answered " + method + " "
                        + pathAndQuery.replaceAll("\\?.*", "") + " with " + answer.statusCode() + ": "
                        + words(answer.body()));
            }
            return answer.body().isBlank() ? Json.object() : Json.value(answer.body());
        } catch (IOException e) {
            throw new CliException(
                    "the stand-in " + hub.hostName() + " does not answer at " + hub.address() + ":" + hub.httpsPort()
                            + ": " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted while waiting for " + hub.hostName(), e);
        }
    }

    private static String words(String body) {
        try {
            JsonNode message = Json.value(body).path("Message");
            return message.isTextual() ? message.asText() : body;
        } catch (CliException _) {
            return body; // not JSON: show it as it is
        }
    }

    private static String path(String base, String device, @Nullable String module) {
        return base + encode(device) + (module == null ? "" : "/modules/" + encode(module));
    }

    private static String encode(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static SSLContext trusting(HubInfo hub) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(hub.caFile())) {
            int n = 0;
            for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + n++, c);
            }
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
