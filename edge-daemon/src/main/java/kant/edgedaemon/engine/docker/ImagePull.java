package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.RegistryAuth;
import kant.daemonapi.unix.UnixRequest;
import kant.daemonapi.unix.UnixResponse;
import kant.edgedaemon.engine.EngineException;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * Pulls images. The engine may answer 200 and report the failure inside the progress that follows, so that is read to its end; the
 * last error in it counts.
 */
final class ImagePull {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration HEAD_LIMIT = Duration.ofMinutes(5);
    /** Slow lines pull big images; but an engine that hangs must not hold a deployment for ever. */
    private static final Duration LIMIT = Duration.ofMinutes(60);

    private static final int INTERNAL = 500;

    private final DockerClient docker;
    private final Tasks tasks;

    ImagePull(DockerClient docker, Tasks tasks) {
        this.docker = docker;
        this.tasks = tasks;
    }

    void pull(ModuleSpec spec) throws EngineException {
        ImageReference image = ImageReference.parse(spec.image());
        String path = "/images/create?fromImage=" + DockerClient.encode(image.name()) + "&tag="
                + DockerClient.encode(image.version());
        UnixRequest request = UnixRequest.of("POST", path);
        if (spec.auth() != null) {
            request = request.with("X-Registry-Auth", header(spec.auth()));
        }
        try (UnixResponse response = docker.open(request, HEAD_LIMIT)) {
            Tasks.Cancellable alarm = tasks.after(LIMIT, "limit of a pull", () -> close(response));
            try {
                failIfAnyFailed(spec.image(), response);
            } finally {
                alarm.cancel();
            }
        } catch (EngineException e) {
            throw new EngineException(
                    e.status(), "image \"" + spec.image() + "\" cannot be pulled: " + e.getMessage(), e);
        } catch (IOException e) {
            throw EngineException.failed("the pull of image \"" + spec.image() + "\" broke off: " + e.getMessage(), e);
        }
    }

    private static void failIfAnyFailed(String image, UnixResponse response) throws IOException {
        String error = lastError(response);
        if (error != null) {
            throw new EngineException(INTERNAL, error, null);
        }
    }

    private static @Nullable String lastError(UnixResponse response) throws IOException {
        String error = null;
        try (MappingIterator<JsonNode> lines = JSON.readerFor(JsonNode.class).readValues(response.body())) {
            while (lines.hasNextValue()) {
                JsonNode detail = lines.nextValue().path("errorDetail");
                if (detail.isObject()) {
                    error = detail.path("message").asText("unknown error");
                }
            }
        } catch (JacksonException e) {
            throw new IOException("the engine's progress report is not JSON", e);
        }
        return error;
    }

    static String header(RegistryAuth auth) {
        byte[] json = auth.toJson().toString().getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().encodeToString(json);
    }

    private static void close(UnixResponse response) {
        try {
            response.close();
        } catch (IOException _) {
            // the reader of the body sees the end either way
        }
    }
}
