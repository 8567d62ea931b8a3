package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kant.daemonapi.management.ModuleSpec;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.image.ImageBook;
import kant.world.Time;

/** The engine's images, as far as modules are concerned: fetched, checked before they are used, and noted as ours where they are. */
final class DockerImages {
    private final DockerClient docker;
    private final Pulls pulls;
    private final ImageBook book;
    private final Time time;

    DockerImages(DockerClient docker, Pulls pulls, ImageBook book, Time time) {
        this.docker = docker;
        this.pulls = pulls;
        this.book = book;
        this.time = time;
    }

    /** Pulls it; an image that the engine had before, from somebody else, does not become ours. */
    void pull(ModuleSpec spec) throws EngineException {
        Set<String> before = ids();
        pulls.pull(spec);
        String id = image(spec).path("Id").asText();
        if (!before.contains(id) || book.has(id)) {
            book.pulled(id, spec.image(), time.now());
        }
    }

    private Set<String> ids() throws EngineException {
        Set<String> ids = new HashSet<>();
        docker.get("/images/json").forEach(image -> ids.add(image.path("Id").asText()));
        return ids;
    }

    /** All digests that the spec's image is known by. */
    List<String> digests(ModuleSpec spec) throws EngineException {
        return digests(image(spec));
    }

    private static List<String> digests(JsonNode image) {
        List<String> digests = new ArrayList<>();
        digests.add(image.path("Id").asText());
        for (JsonNode known : image.path("RepoDigests")) {
            digests.add(known.asText().substring(known.asText().indexOf('@') + 1));
        }
        return digests;
    }

    /** Refuses an image that is not there, not the one pinned, or not of this machine's kind. */
    void check(ModuleSpec spec) throws EngineException {
        JsonNode image = image(spec);
        checkDigest(spec, image);
        checkArchitecture(spec, image.path("Architecture").asText());
        used(image.path("Id").asText());
    }

    /** Notes that the image with this id is, or was until now, in use. */
    void used(String id) {
        book.used(Set.of(id), time.now());
    }

    private JsonNode image(ModuleSpec spec) throws EngineException {
        return docker.get("/images/" + DockerClient.encode(spec.image()) + "/json");
    }

    private static void checkDigest(ModuleSpec spec, JsonNode image) throws EngineException {
        String digest = spec.digest();
        if (digest == null || digest.isEmpty()) {
            return;
        }
        List<String> digests = digests(image);
        if (!digests.contains(digest)) {
            throw EngineException.badSpec("image \"" + spec.image() + "\" does not have the digest \"" + digest
                    + "\" that its spec pins; it has " + digests + ". It is not run.");
        }
    }

    /** The engine itself would create it, and the module would die of "exec format error". */
    private void checkArchitecture(ModuleSpec spec, String has) throws EngineException {
        String runs = docker.get("/version").path("Arch").asText();
        boolean emulated = !spec.createOptions().path("platform").asText().isEmpty();
        if (!has.isEmpty() && !runs.isEmpty() && !has.equals(runs) && !emulated) {
            throw EngineException.badSpec("image \"" + spec.image() + "\" is for the architecture \"" + has
                    + "\", and this engine runs \"" + runs + "\". It is not run.");
        }
    }
}
