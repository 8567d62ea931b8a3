package kant.bench.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kant.model.auth.ConnectionString;
import kant.model.auth.SasToken;
import kant.model.error.RefusedException;

/** The stand-in's registry through its service API. All identities get one key: this is a bench. */
final class Registry {
    /** Of every identity, in base64 as everywhere in IoT Hub. */
    static final String KEY =
            Base64.getEncoder().encodeToString("the one key of the whole bench..".getBytes(StandardCharsets.UTF_8));

    private static final String API = "?api-version=2021-04-12";
    private static final Duration TOKEN_LIFE = Duration.ofHours(12);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int AT_ONCE = 8;

    private final String base;
    private final String token;
    private final HttpClient http;

    private Registry(String base, String token, HttpClient http) {
        this.base = base;
        this.token = token;
        this.http = http;
    }

    /** @param ready the line that {@code kant hub run --json} prints */
    static Registry of(JsonNode ready) throws IOException {
        try {
            ConnectionString owner =
                    ConnectionString.parse(ready.path("connectionString").asText());
            return new Registry(
                    "https://" + ready.path("address").asText() + ":"
                            + ready.at("/ports/https").asInt(),
                    SasToken.sign(
                            owner.require("HostName"),
                            owner.require("SharedAccessKey"),
                            Instant.now().plus(TOKEN_LIFE),
                            owner.require("SharedAccessKeyName")),
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .sslContext(trusting(Path.of(ready.path("caFile").asText())))
                            .build());
        } catch (RefusedException | GeneralSecurityException e) {
            throw new IOException("the stand-in can't be used: " + e.getMessage(), e);
        }
    }

    /** Creates an edge device; returns its scope, which devices below it name. */
    String createEdge(String device) throws IOException, InterruptedException {
        ObjectNode body = device(device);
        body.putObject("capabilities").put("iotEdge", true);
        return put("/devices/" + device, body).get(0).path("deviceScope").asText();
    }

    /** Creates devices in an edge device's scope. */
    void createDevices(List<String> devices, String scope) throws IOException, InterruptedException {
        List<HttpRequest> requests = new ArrayList<>();
        for (String device : devices) {
            ObjectNode body = device(device).put("deviceScope", scope);
            body.putArray("parentScopes").add(scope);
            requests.add(request("PUT", "/devices/" + device, body));
        }
        send(requests);
    }

    void createModule(String device, String module) throws IOException, InterruptedException {
        put("/devices/" + device + "/modules/" + module, device(device).put("moduleId", module));
    }

    void deploy(String device, ObjectNode manifest) throws IOException, InterruptedException {
        send(List.of(request("POST", "/devices/" + device + "/applyConfigurationContent", manifest)));
    }

    private static ObjectNode device(String id) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("deviceId", id);
        body.putObject("authentication")
                .put("type", "sas")
                .putObject("symmetricKey")
                .put("primaryKey", KEY)
                .put("secondaryKey", KEY);
        return body;
    }

    private List<JsonNode> put(String path, ObjectNode body) throws IOException, InterruptedException {
        return send(List.of(request("PUT", path, body)));
    }

    private HttpRequest request(String method, String path, ObjectNode body) {
        return HttpRequest.newBuilder(URI.create(base + path + API))
                .timeout(ANSWER)
                .header("Authorization", token)
                .header("Content-Type", "application/json; charset=utf-8")
                .method(method, HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
    }

    /** A few at a time. */
    private List<JsonNode> send(List<HttpRequest> requests) throws IOException, InterruptedException {
        var places = new Semaphore(AT_ONCE);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (HttpRequest request : requests) {
            if (!places.tryAcquire(ANSWER.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the stand-in does not answer " + request.uri());
            }
            CompletableFuture<HttpResponse<String>> answer =
                    http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
            answers.add(answer.whenComplete((_, _) -> places.release()));
        }
        List<JsonNode> bodies = new ArrayList<>();
        var json = new ObjectMapper();
        for (CompletableFuture<HttpResponse<String>> each : answers) {
            HttpResponse<String> answer = each.join();
            if (answer.statusCode() >= 300) {
                throw new IOException("the stand-in answered "
                        + answer.request().method() + " "
                        + answer.request().uri().getPath() + " with " + answer.statusCode() + ": " + answer.body());
            }
            bodies.add(answer.body().isBlank() ? JsonNodeFactory.instance.objectNode() : json.readTree(answer.body()));
        }
        return bodies;
    }

    private static SSLContext trusting(Path caFile) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (var certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(caFile)))) {
            store.setCertificateEntry("ca" + store.size(), certificate);
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
