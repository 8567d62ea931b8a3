package kant.edgedaemon.engine.process;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import kant.daemonapi.management.ModuleSpec;
import kant.edgedaemon.engine.EngineException;
import kant.model.digest.Sha256;
import kant.model.json.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * A folder of bundles: {@code CATALOGUE/<image name>/<tag>/bundle.json}, for example {@code kant/edge-hub/0.1.0/bundle.json}, or the same
 * as one file, {@code <tag>.tar}, {@code .tar.gz}, {@code .tgz} or {@code .zip}, with {@code bundle.json} at its top. In its texts <code>${bundle}</code> stands for the bundle's folder and <code>${java}</code> for the daemon's own java.
 */
final class BundleCatalogue {
    private static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_NAMED = 20;
    private static final String MANIFEST = "bundle.json";

    private final @Nullable Path folder;
    private final String java;
    private final BundleArchives archives;

    /** @param unpacked where the content of archives is kept */
    BundleCatalogue(@Nullable Path folder, String java, Path unpacked) {
        this.folder = folder;
        this.java = java;
        this.archives = new BundleArchives(unpacked);
    }

    /** The bundle of a spec's image; the digest must match where the spec, or the image's name, pins one. */
    Bundle find(ModuleSpec spec) throws EngineException {
        Bundle bundle = find(spec.image());
        requireDigest(spec.image(), bundle.digest(), spec.digest());
        return bundle;
    }

    private static void requireDigest(String image, String digest, @Nullable String pinned) throws EngineException {
        if (pinned != null && !pinned.isEmpty() && !pinned.equals(digest)) {
            throw EngineException.badSpec("bundle \"" + image + "\" has the digest \"" + digest + "\", its spec pins \""
                    + pinned + "\". It is not run.");
        }
    }

    private Bundle find(String image) throws EngineException {
        if (folder == null) {
            throw EngineException.noImage(
                    "image \"" + image + "\" cannot be found: the process engine has no catalogue;"
                            + " set [kant] catalogue in config.toml");
        }
        int at = image.indexOf('@');
        String pinned = at < 0 ? null : image.substring(at + 1);
        Path place =
                folder.resolve(place(at < 0 ? image : image.substring(0, at))).normalize();
        boolean inside = place.startsWith(folder.normalize());
        Path manifest = place.resolve(MANIFEST);
        try {
            if (inside && Files.isRegularFile(manifest)) {
                Bundle bundle = read(image, place, manifest, null);
                requireDigest(image, bundle.digest(), pinned);
                return bundle;
            }
            Path archive = inside ? BundleArchives.at(place).orElse(null) : null;
            if (archive == null) {
                throw EngineException.noImage(
                        "image \"" + image + "\" is not in the catalogue \"" + folder + "\", which has " + names());
            }
            requireDigest(image, archives.digest(archive), pinned); // before anything of it is unpacked
            BundleArchives.Unpacked unpacked = archives.open(archive);
            return read(image, unpacked.folder(), unpacked.folder().resolve(MANIFEST), unpacked.digest());
        } catch (EngineException e) {
            throw e;
        } catch (IOException e) {
            throw EngineException.failed(
                    "bundle \"" + image + "\" in \"" + folder + "\" cannot be used: " + e.getMessage(), e);
        }
    }

    /** {@code name/tag}; an image without a tag has the tag {@code latest}. */
    private static String place(String image) {
        int colon = image.lastIndexOf(':');
        return colon > image.lastIndexOf('/')
                ? image.substring(0, colon) + "/" + image.substring(colon + 1)
                : image + "/latest";
    }

    /** Lets go of what was unpacked for none of these digests. */
    void keepOnly(Set<String> digests) throws IOException {
        archives.keepOnly(digests);
    }

    /** @param archiveDigest of the archive that the manifest came in; null where it stands by itself */
    private Bundle read(String image, Path bundle, Path manifest, @Nullable String archiveDigest) throws IOException {
        if (Files.size(manifest) > MAX_BYTES) {
            throw new IOException("it is longer than " + MAX_BYTES + " bytes");
        }
        byte[] bytes = Files.readAllBytes(manifest);
        JsonNode json;
        try {
            json = JsonText.read(bytes);
        } catch (JacksonException e) {
            throw new IOException("it is not JSON: " + e.getOriginalMessage(), e);
        }
        Map<String, String> env = new LinkedHashMap<>();
        json.path("env").properties().forEach(e -> env.put(e.getKey(), filled(e.getValue(), bundle)));
        JsonNode workingDir = json.path("workingDir");
        return new Bundle(
                image,
                archiveDigest == null ? digest(bytes) : archiveDigest,
                bundle,
                texts(json.path("entrypoint"), bundle),
                texts(json.path("cmd"), bundle),
                env,
                workingDir.isTextual() && !workingDir.textValue().isEmpty() ? filled(workingDir, bundle) : null,
                health(json.path("healthcheck"), bundle));
    }

    private @Nullable HealthCheck health(JsonNode json, Path bundle) throws IOException {
        try {
            return HealthCheck.parse(JsonText.read(filled(JsonText.write(json), bundle)), "healthcheck");
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
            return files.map(BundleCatalogue::placeOf)
                    .flatMap(Optional::stream)
                    .map(folder::relativize)
                    .map(place -> place.getParent() + ":" + place.getFileName())
                    .sorted()
                    .limit(MAX_NAMED)
                    .toList()
                    .toString();
        } catch (IOException e) {
            return "no bundles: " + e.getMessage();
        }
    }

    /** The bundle's place, where a file makes one. */
    private static Optional<Path> placeOf(Path file) {
        if (file.endsWith(MANIFEST)) {
            return Optional.ofNullable(file.getParent());
        }
        String name = file.getFileName().toString();
        return BundleArchives.ENDS.stream()
                .filter(name::endsWith)
                .map(end -> file.resolveSibling(name.substring(0, name.length() - end.length())))
                .findFirst();
    }

    private static String digest(byte[] bytes) {
        return "sha256:" + Sha256.hex(bytes);
    }
}
