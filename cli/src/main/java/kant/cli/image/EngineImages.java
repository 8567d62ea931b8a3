package kant.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import kant.cli.host.Version;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.unix.UnixReply;
import kant.daemonapi.unix.UnixRequest;
import kant.daemonapi.unix.UnixResponse;
import kant.world.Tasks;

/**
 * Makes the images of agent, hub and sample modules in an engine that has none of them, from the folder they were built into.
 *
 * <p>The base holds the Java runtime and the few system libraries that it loads, taken from this machine; {@code KANT_BASE_IMAGE}
 * names another base, which then has to bring the libraries itself. Each image carries the fingerprint of what went into it, so
 * that it is made again only after a new build.
 */
public final class EngineImages {
    /** The label with the fingerprint. */
    static final String FINGERPRINT = "kant.fingerprint";

    private static final String BASE = "kant/base:" + Version.TEXT;
    private static final Duration INSPECT_LIMIT = Duration.ofSeconds(30);
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(5);
    private static final String[] PROGRAM_IMAGES = {"edge-hub", "edge-agent"};
    private static final String[] MODULE_IMAGES = {"host-metrics", "simulated-temperature-sensor", "temperature-filter"
    };

    private final UnixHttpClient engine;
    private final Path socket;
    private final Path home;

    public EngineImages(Path socket, Installation installation, Tasks tasks) {
        this.engine = new UnixHttpClient(socket, tasks);
        this.socket = socket;
        this.home = installation.home();
    }

    /** Makes what is missing or out of date. */
    public void ensure(Consumer<String> progress) throws CliException {
        try {
            String otherBase = System.getenv().getOrDefault("KANT_BASE_IMAGE", "");
            ContextFiles base = otherBase.isEmpty()
                    ? ContextFiles.base(home.resolve("runtime"))
                    : ContextFiles.runtimeOn(otherBase, home.resolve("runtime"));
            make(BASE, base, progress);
            for (String image : PROGRAM_IMAGES) {
                make(name(image), ContextFiles.program(BASE, base.fingerprint(), home, image, "lib"), progress);
            }
            for (String image : MODULE_IMAGES) {
                make(name(image), ContextFiles.program(BASE, base.fingerprint(), home, image, "modules"), progress);
            }
        } catch (IOException e) {
            throw new CliException("the images can't be made in the engine on " + socket + ": " + e.getMessage(), e);
        }
    }

    private static String name(String image) {
        return "kant/" + image + ":" + Version.TEXT;
    }

    private void make(String image, ContextFiles context, Consumer<String> progress) throws IOException {
        if (context.fingerprint().equals(present(image))) {
            return;
        }
        progress.accept("making image " + image);
        Path archive = Files.createTempFile("kant-context", ".tar");
        try {
            context.writeTo(archive);
            build(image, context.fingerprint(), archive);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    /** The fingerprint of the image that the engine has; empty where it has none. */
    private String present(String image) throws IOException {
        UnixReply reply = engine.call(UnixRequest.of("GET", "/images/" + image + "/json"), INSPECT_LIMIT);
        return reply.status() == 404
                ? ""
                : reply.orThrow()
                        .json()
                        .path("Config")
                        .path("Labels")
                        .path(FINGERPRINT)
                        .asText();
    }

    private void build(String image, String fingerprint, Path archive) throws IOException {
        ObjectNode labels = Json.object().put(FINGERPRINT, fingerprint);
        String target = "/build?rm=1&forcerm=1&t=" + encode(image) + "&labels=" + encode(Json.text(labels));
        try (InputStream in = Files.newInputStream(archive)) {
            var request = new UnixRequest(
                    "POST",
                    target,
                    Map.of("Content-Type", "application/x-tar"),
                    new UnixRequest.Body(Files.size(archive), in));
            try (UnixResponse response = engine.open(request, BUILD_LIMIT)) {
                List<String> said = new ArrayList<>();
                String failure = readProgress(response, said);
                if (response.status() >= 400 || !failure.isEmpty()) {
                    throw new IOException(
                            "building " + image + " failed: " + (failure.isEmpty() ? String.join(" ", said) : failure));
                }
            }
        }
    }

    /** Reads the build's progress to its end, for an error may come inside an answer that began with 200. */
    private static String readProgress(UnixResponse response, List<String> said) throws IOException {
        String failure = "";
        var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            try {
                JsonNode json = Json.value(line);
                failure = json.path("errorDetail").path("message").asText(failure);
                said.add(json.path("message").asText(json.path("stream").asText()));
            } catch (CliException _) {
                said.add(line); // not JSON: the engine's plain words
            }
        }
        return failure;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
