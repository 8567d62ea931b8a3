package kant.daemonapi.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import kant.daemonapi.ApiVersion;
import kant.daemonapi.Fields;
import kant.daemonapi.unix.ApiException;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.unix.UnixRequest;
import kant.model.error.RefusedException;

/**
 * The workload API's client for one module; blocking, call it on a virtual thread. An error answer is an {@link ApiException} with
 * the daemon's status and message, everything else that goes wrong another {@link IOException}.
 */
public final class WorkloadClient {
    /** The daemon answers from its own files; a minute is what SDKs allow. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    private final UnixHttpClient http;
    private final String moduleId;
    private final String generationId;

    /**
     * @param moduleId as in {@code IOTEDGE_MODULEID}, {@code $edgeHub} with its {@code $}
     * @param generationId as in {@code IOTEDGE_MODULEGENERATIONID}
     */
    public WorkloadClient(UnixHttpClient http, String moduleId, String generationId) {
        this.http = http;
        this.moduleId = moduleId;
        this.generationId = generationId;
    }

    /** HMAC-SHA256 of the data with the module's primary key. */
    public byte[] sign(byte[] data) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("keyId", "primary").put("algo", "HMACSHA256").put("data", base64(data));
        return bytes(post(generation("/sign"), body), "digest");
    }

    /** The data encrypted for this module and generation alone. */
    public byte[] encrypt(byte[] plaintext, byte[] initializationVector) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("plaintext", base64(plaintext)).put("initializationVector", base64(initializationVector));
        return bytes(post(generation("/encrypt"), body), "ciphertext");
    }

    /** The inverse of {@link #encrypt}. */
    public byte[] decrypt(byte[] ciphertext, byte[] initializationVector) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("ciphertext", base64(ciphertext)).put("initializationVector", base64(initializationVector));
        return bytes(post(generation("/decrypt"), body), "plaintext");
    }

    /** A fresh server certificate for this name and the module's own, signed by the device CA. */
    public IssuedCertificate createServerCertificate(String commonName, Instant expiration) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("commonName", commonName).put("expiration", expiration.toString());
        return issued(post(generation("/certificate/server"), body));
    }

    /** A fresh client certificate with the module's id, signed by the device CA. */
    public IssuedCertificate createIdentityCertificate(Instant expiration) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("expiration", expiration.toString());
        return issued(post("/modules/" + encode(moduleId) + "/certificate/identity", body));
    }

    /** The certificates that modules trust, PEM. */
    public String trustBundle() throws IOException {
        return text(get("/trust-bundle"), "certificate");
    }

    /** The certificates that manifest signatures are checked against, PEM; empty where none are configured. */
    public String manifestTrustBundle() throws IOException {
        return get("/manifest-trust-bundle").path("certificate").asText();
    }

    private JsonNode get(String path) throws IOException {
        return http.call(UnixRequest.of("GET", versioned(path)), LIMIT)
                .orThrow()
                .json();
    }

    private JsonNode post(String path, ObjectNode body) throws IOException {
        return http.call(UnixRequest.of("POST", versioned(path), body), LIMIT)
                .orThrow()
                .json();
    }

    private static IssuedCertificate issued(JsonNode json) throws IOException {
        try {
            return IssuedCertificate.parse(json);
        } catch (RefusedException e) {
            throw notUnderstood(e);
        }
    }

    private static byte[] bytes(JsonNode json, String name) throws IOException {
        try {
            return Fields.base64(json, name);
        } catch (RefusedException e) {
            throw notUnderstood(e);
        }
    }

    private static String text(JsonNode json, String name) throws IOException {
        try {
            return Fields.text(json, name);
        } catch (RefusedException e) {
            throw notUnderstood(e);
        }
    }

    private static IOException notUnderstood(RefusedException cause) {
        return new IOException("the daemon's answer is not understood: " + cause.getMessage(), cause);
    }

    private String generation(String rest) {
        return "/modules/" + encode(moduleId) + "/genid/" + encode(generationId) + rest;
    }

    private static String versioned(String path) {
        return path + "?api-version=" + ApiVersion.NEWEST.text();
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
