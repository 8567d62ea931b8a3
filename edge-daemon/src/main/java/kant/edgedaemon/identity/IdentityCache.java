package kant.edgedaemon.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
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
 * {@code {"version":1,"identities":[{"moduleId","managedBy","generationId","authType"}]}}.
 */
final class IdentityCache {
    private static final Logger log = LoggerFactory.getLogger(IdentityCache.class);
    private static final String FILE = "identities.json";

    private final PrivateFiles files;
    private final Map<String, Identity> identities = new ConcurrentHashMap<>();

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
                identities.put(read.moduleId(), read);
            }
        } catch (IOException | RefusedException e) {
            log.atWarn()
                    .addKeyValue("file", FILE)
                    .addKeyValue("reason", e.getMessage())
                    .log("identity cache is damaged");
        }
    }

    Optional<Identity> get(String moduleId) {
        return Optional.ofNullable(identities.get(moduleId));
    }

    List<Identity> all() {
        return identities.values().stream()
                .sorted(java.util.Comparator.comparing(Identity::moduleId))
                .toList();
    }

    synchronized void put(Identity identity) throws IOException {
        if (!identity.equals(identities.put(identity.moduleId(), identity))) {
            save();
        }
    }

    synchronized void remove(String moduleId) throws IOException {
        if (identities.remove(moduleId) != null) {
            save();
        }
    }

    /** Takes over what the parent lists. */
    synchronized void replace(List<Identity> listed) throws IOException {
        List<Identity> before = all();
        identities.clear();
        listed.forEach(identity -> identities.put(identity.moduleId(), identity));
        if (!before.equals(all())) {
            save();
        }
    }

    private void save() throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", 1);
        var list = json.putArray("identities");
        new ArrayList<>(all()).forEach(identity -> list.add(identity.toJson()));
        files.write(FILE, JsonText.bytes(json));
    }
}
