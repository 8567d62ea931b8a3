package kant.edgedaemon.engine.process;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kant.daemonapi.management.ModuleSpec;
import kant.edgedaemon.engine.EngineException;
import org.jspecify.annotations.Nullable;

/**
 * A folder of bundles: {@code CATALOGUE/<image name>/<tag>/bundle.json}, for example {@code kant/edge-hub/0.1.0/bundle.json}. In its
 * texts <code>${bundle}</code> stands for the bundle's folder and <code>${java}</code> for the daemon's own java.
 */
final class BundleCatalogue {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_NAMED = 20;
    private static final String MANIFEST = "bundle.json";

    private final @Nullable Path folder;
    private final String java;

    BundleCatalogue(@Nullable Path folder, String java) {
        this.folder = folder;
        this.java = java;
    }

    /** The bundle of a spec's image; the digest must match where the spec pins one. */
    Bundle find(ModuleSpec spec) throws EngineException {
        Bundle bundle = find(spec.image());
        String pinned = spec.digest();
        if (pinned != null && !pinned.isEmpty() && !pinned.equals(bundle.digest())) {
            throw EngineException.badSpec("bundle \"" + spec.image() + "\" has the digest \"" + bundle.digest()
                    + "\", its spec pins \"" + pinned + "\". It is not run.");
        }
        return bundle;
    }

    private Bundle find(String image) throws EngineException {
        if (folder == null) {
            throw EngineException.noImage(
                    "image \"" + image + "\" cannot be found: the process engine has no catalogue;"
                            + " set [kant] catalogue in config.toml");
        }
        Path bundle = folder.resolve(place(image)).normalize();
        Path manifest = bundle.resolve(MANIFEST);
        if (!bundle.startsWith(folder.normalize()) || !Files.isRegularFile(manifest)) {
            throw EngineException.noImage(
                    "image \"" + image + "\" is not in the catalogue \"" + folder + "\", which has " + names());
        }
        try {
            return read(image, bundle, manifest);
        } catch (IOException e) {
            throw EngineException.failed("bundle \"" + manifest + "\" cannot be used: " + e.getMessage(), e);
        }
    }

    /** {@code name/tag}; an image without a tag has the tag {@code latest}. */
    private static String place(String image) throws EngineException {
        if (image.contains("@")) {
            throw EngineException.badSpec(
                    "image \"" + image + "\": bundles are found by tag; pin the digest in the spec");
        }
        int colon = image.lastIndexOf(':');
        return colon > image.lastIndexOf('/')
                ? image.substring(0, colon) + "/" + image.substring(colon + 1)
                : image + "/latest";
    }

    private Bundle read(String image, Path bundle, Path manifest) throws IOException {
        if (Files.size(manifest) > MAX_BYTES) {
            throw new IOException("it is longer than " + MAX_BYTES + " bytes");
        }
        byte[] bytes = Files.readAllBytes(manifest);
        JsonNode json;
        try {
            json = JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw new IOException("it is not JSON: " + e.getOriginalMessage(), e);
        }
        Map<String, String> env = new LinkedHashMap<>();
        json.path("env").properties().forEach(e -> env.put(e.getKey(), filled(e.getValue(), bundle)));
        JsonNode workingDir = json.path("workingDir");
        return new Bundle(
                image,
                digest(bytes),
                bundle,
                texts(json.path("entrypoint"), bundle),
                texts(json.path("cmd"), bundle),
                env,
                workingDir.isTextual() && !workingDir.textValue().isEmpty() ? filled(workingDir, bundle) : null,
                health(json.path("healthcheck"), bundle));
    }

    private @Nullable HealthCheck health(JsonNode json, Path bundle) throws IOException {
        try {
            return HealthCheck.parse(JSON.readTree(filled(json.toString(), bundle)), "healthcheck");
        } catch (EngineException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private List<String> texts(JsonNode list, Path bundle) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(filled(text, bundle)));
        return texts;
    }

    private String filled(JsonNode text, Path bundle) {
        return filled(text.asText(), bundle);
    }

    private String filled(String text, Path bundle) {
        return text.replace("${bundle}", bundle.toString()).replace("${java}", java);
    }

    private String names() {
        if (folder == null || !Files.isDirectory(folder)) {
            return "no bundles: there is no such folder";
        }
        try (Stream<Path> files = Files.walk(folder, MAX_DEPTH)) {
            return files.filter(file -> file.endsWith(MANIFEST))
                    .map(file -> folder.relativize(file.getParent()))
                    .map(place -> place.getParent() + ":" + place.getFileName())
                    .sorted()
                    .limit(MAX_NAMED)
                    .toList()
                    .toString();
        } catch (IOException e) {
            return "no bundles: " + e.getMessage();
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
