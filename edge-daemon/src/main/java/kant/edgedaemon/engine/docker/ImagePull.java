package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Base64;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.RegistryAuth;
import kant.daemonapi.unix.UnixRequest;
import kant.daemonapi.unix.UnixResponse;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.image.ImageReference;
import kant.edgedaemon.image.PullLimits;
import kant.model.json.JsonText;
import kant.model.json.JsonValues;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to pull an image. The engine may answer 200 and report the failure inside the progress that follows, so that is read to its end; the
 * last error in it counts.
 */
final class ImagePull {
    private static final int INTERNAL = 500;
    private static final int NOT_FOUND = 404;
    /** Docker answers 404 to it, Podman 200 and says so in the progress. */
    private static final String NO_MANIFEST = "manifest unknown";

    private final DockerClient docker;
    private final PullLimits limits;
    private final Tasks tasks;
    private final Time time;

    ImagePull(DockerClient docker, PullLimits limits, Tasks tasks, Time time) {
        this.docker = docker;
        this.limits = limits;
        this.tasks = tasks;
        this.time = time;
    }

    void pull(ModuleSpec spec) throws EngineException {
        ImageReference image = ImageReference.parse(spec.image());
        String path = "/images/create?fromImage=" + DockerClient.encode(image.name()) + "&tag="
                + DockerClient.encode(image.version());
        UnixRequest request = UnixRequest.of("POST", path);
        if (spec.auth() != null) {
            request = request.with("X-Registry-Auth", header(spec.auth()));
        }
        try (UnixResponse response = begin(request);
                var alarm = new PullAlarm(response, limits, tasks, time)) {
            read(response, alarm);
        } catch (EngineException e) {
            throw new EngineException(
                    e.status(), "image \"" + spec.image() + "\" cannot be pulled: " + e.getMessage(), e);
        } catch (IOException e) {
            throw EngineException.failed("the pull of image \"" + spec.image() + "\" broke off: " + e.getMessage(), e);
        }
    }

    /** The engine answers when the registry has. */
    private UnixResponse begin(UnixRequest request) throws EngineException {
        try {
            return docker.open(request, limits.stall());
        } catch (EngineException e) {
            if (e.getCause() instanceof SocketTimeoutException) {
                String sentence = "neither the registry nor the engine answered within "
                        + limits.stall().toSeconds() + " s";
                throw new EngineException(e.status(), sentence, e.getCause());
            }
            throw e;
        }
    }

    private static void read(UnixResponse response, PullAlarm alarm) throws IOException {
        String error;
        try {
            error = lastError(response, alarm);
        } catch (IOException e) {
            String reason = alarm.reason();
            throw reason == null ? e : new IOException(reason, e);
        }
        String reason = alarm.reason();
        if (reason != null) {
            throw new IOException(reason);
        }
        if (error != null) {
            throw new EngineException(error.contains(NO_MANIFEST) ? NOT_FOUND : INTERNAL, error, null);
        }
    }

    private static @Nullable String lastError(UnixResponse response, PullAlarm alarm) throws IOException {
        String error = null;
        try (JsonValues lines = JsonText.values(response.body())) {
            for (JsonNode line = lines.next(); line != null; line = lines.next()) {
                JsonNode detail = line.path("errorDetail");
                alarm.progress();
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
        byte[] json = JsonText.bytes(auth.toJson());
        return Base64.getUrlEncoder().encodeToString(json);
    }
}
