package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.unix.UnixReply;
import kant.daemonapi.unix.UnixRequest;
import kant.daemonapi.unix.UnixResponse;
import kant.edgedaemon.engine.EngineException;
import kant.world.Tasks;

/** The engine's HTTP API at the version that both sides know. Errors are {@link EngineException}s with the engine's status. */
final class DockerClient {
    /** The newest version whose behaviour we know; older engines are spoken to in theirs. */
    private static final int NEWEST_MINOR = 47;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PING_LIMIT = Duration.ofSeconds(5);
    private static final int ERROR_BYTES = 64 * 1024;

    private final UnixHttpClient http;
    private volatile String version = "";

    DockerClient(Path socket, Tasks tasks) {
        this.http = new UnixHttpClient(socket, tasks);
    }

    /** Whether an engine answers there now. */
    boolean answers() {
        try {
            negotiate();
            return true;
        } catch (EngineException _) {
            return false; // which is the answer
        }
    }

    /** A short call whose answer is JSON or nothing. */
    UnixReply call(String method, String path) throws EngineException {
        return call(UnixRequest.of(method, path), LIMIT);
    }

    UnixReply call(String method, String path, JsonNode body) throws EngineException {
        return call(UnixRequest.of(method, path, body), LIMIT);
    }

    JsonNode get(String path) throws EngineException {
        try {
            return call("GET", path).json();
        } catch (EngineException e) {
            throw e;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    UnixReply call(UnixRequest request, Duration limit) throws EngineException {
        try {
            UnixReply reply = http.call(versioned(request), limit);
            if (reply.status() >= 400) {
                throw new EngineException(reply.status(), reply.message(), null);
            }
            return reply;
        } catch (EngineException e) {
            throw e;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** A call whose answer is read as it comes; the limit holds until its head is there. */
    UnixResponse open(UnixRequest request, Duration limit) throws EngineException {
        try {
            UnixResponse response = http.open(versioned(request), limit);
            if (response.status() >= 400) {
                try (response) {
                    byte[] body = response.body().readNBytes(ERROR_BYTES);
                    String message = new UnixReply(response.status(), response.headers(), body).message();
                    throw new EngineException(response.status(), message, null);
                }
            }
            return response;
        } catch (EngineException e) {
            throw e;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private UnixRequest versioned(UnixRequest request) throws EngineException {
        String known = version.isEmpty() ? negotiate() : version;
        return new UnixRequest(request.method(), known + request.target(), request.headers(), request.body());
    }

    /** The smaller of the engine's version and ours, as a path prefix. */
    private String negotiate() throws EngineException {
        try {
            UnixReply ping =
                    http.call(UnixRequest.of("GET", "/_ping"), PING_LIMIT).orThrow();
            version = prefix(ping.headers().getOrDefault("api-version", ""));
            return version;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    static String prefix(String enginesVersion) {
        if (!enginesVersion.matches("1\\.\\d{1,4}")) {
            return ""; // an engine that does not say: unversioned paths mean its newest
        }
        return "/v1." + Math.min(Integer.parseInt(enginesVersion.substring(2)), NEWEST_MINOR);
    }

    private EngineException failed(IOException cause) {
        version = ""; // the engine may come back as another one
        return EngineException.failed(
                "the container engine on \"" + http.socket() + "\" does not answer: " + cause.getMessage(), cause);
    }
}
