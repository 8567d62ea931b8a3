package kant.edgedaemon.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import kant.daemonapi.management.Identity;
import kant.edgedaemon.disk.PrivateFiles;
import kant.model.error.RefusedException;
import kant.model.json.JsonText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identities last seen at the parent, on disk as one JSON file without keys:
 * {@code {"version":1,"identities":[{"moduleId","managedBy","generationId","authType","keyed"}]}}. {@code keyed} says whether the parent
 * has the keys of this generation from us; it is true where it is missing, as in files of earlier versions.
 */
final class IdentityCache {
    private static final Logger log = LoggerFactory.getLogger(IdentityCache.class);
    private static final String FILE = "identities.json";
    private static final String KEYED = "keyed";

    private final PrivateFiles files;
    private final Map<String, Seen> identities = new ConcurrentHashMap<>();

    private record Seen(Identity identity, boolean keyed) {}

    private IdentityCache(PrivateFiles files) {
        this.files = files;
    }

    /** Reads what is there; a file that cannot be understood counts as empty, for the parent knows better. */
    static IdentityCache open(PrivateFiles files) throws IOException {
        var cache = new IdentityCache(files);
        Optional<byte[]> stored = files.read(FILE);
        if (stored.isPresent()) {
            cache.load(stored.get());
        }
        return cache;
    }

    private void load(byte[] bytes) {
        try {
            for (JsonNode identity : JsonText.read(bytes).path("identities")) {
                Identity read = Identity.parse(identity);
                identities.put(
                        read.moduleId(), new Seen(read, identity.path(KEYED).asBoolean(true)));
            }
        } catch (IOException | RefusedException e) {
            log.atWarn()
                    .addKeyValue("file", FILE)
                    .addKeyValue("reason", e.getMessage())
                    .log("identity cache is damaged");
        }
    }

    Optional<Identity> get(String moduleId) {
        return Optional.ofNullable(identities.get(moduleId)).map(Seen::identity);
    }

    /** An identity whose keys the parent has. */
    Optional<Identity> keyed(String moduleId) {
        return Optional.ofNullable(identities.get(moduleId)).filter(Seen::keyed).map(Seen::identity);
    }

    List<Identity> all() {
        return identities.values().stream()
                .map(Seen::identity)
                .sorted(Comparator.comparing(Identity::moduleId))
                .toList();
    }

    synchronized void put(Identity identity) throws IOException {
        put(seen(identity));
    }

    /** Notes that the parent has taken its keys. */
    synchronized void putKeyed(Identity identity) throws IOException {
        put(new Seen(identity, true));
    }

    private void put(Seen seen) throws IOException {
        if (!seen.equals(identities.put(seen.identity().moduleId(), seen))) {
            save();
        }
    }

    /** One of another generation has no keys yet. */
    private Seen seen(Identity identity) {
        boolean keyed = keyed(identity.moduleId())
                .filter(before -> before.generationId().equals(identity.generationId()))
                .isPresent();
        return new Seen(identity, keyed);
    }

    synchronized void remove(String moduleId) throws IOException {
        if (identities.remove(moduleId) != null) {
            save();
        }
    }

    /** Takes over what the parent lists. */
    synchronized void replace(List<Identity> listed) throws IOException {
        Map<String, Seen> before = Map.copyOf(identities);
        Map<String, Seen> now = new HashMap<>();
        listed.forEach(identity -> now.put(identity.moduleId(), seen(identity)));
        identities.keySet().retainAll(now.keySet());
        identities.putAll(now);
        if (!before.equals(now)) {
            save();
        }
    }

    private void save() throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", 1);
        var list = json.putArray("identities");
        all().forEach(identity ->
                list.add(identity.toJson().put(KEYED, keyed(identity.moduleId()).isPresent())));
        files.write(FILE, JsonText.bytes(json));
    }
}
