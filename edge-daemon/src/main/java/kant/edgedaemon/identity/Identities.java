package kant.edgedaemon.identity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kant.daemonapi.management.Identity;
import kant.edgedaemon.config.DaemonConfig.Provisioning;
import kant.edgedaemon.disk.PrivateFiles;
import kant.edgedaemon.keys.ModuleKeys;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This device's module identities. While the parent is away, reads fall back to what was last seen, and an update to the identity
 * whose keys the parent has: they follow from its generation and are the same each time. Making and deleting need the parent.
 * Blocking; called on virtual threads.
 */
public final class Identities {
    private static final Logger log = LoggerFactory.getLogger(Identities.class);
    private static final String MANAGED_BY = "iotedge";
    private static final String SAS = "sas";
    private static final int NOT_FOUND = 404;
    private static final int SERVER_ERROR = 500;

    private final ParentRegistry parent;
    private final ModuleKeys keys;
    private final IdentityCache cache;

    private Identities(ParentRegistry parent, ModuleKeys keys, IdentityCache cache) {
        this.parent = parent;
        this.keys = keys;
        this.cache = cache;
    }

    /** Opens them with what the disk remembers; the parent is not asked yet. */
    public static Identities open(
            ParentCall parent, Provisioning device, ModuleKeys keys, PrivateFiles files, Time time) throws IOException {
        return new Identities(new ParentRegistry(parent, device, time), keys, IdentityCache.open(files));
    }

    /** Forgets everything remembered, for the device has become another. */
    public void forget() throws IOException {
        cache.replace(List.of());
    }

    /** What was last seen of a module, without asking the parent. */
    public Optional<Identity> remembered(String moduleId) {
        return cache.get(moduleId);
    }

    /** What was last seen of a module, otherwise what the parent says. */
    public Identity known(String moduleId) throws IOException {
        Optional<Identity> remembered = cache.get(moduleId);
        return remembered.isPresent() ? remembered.get() : get(moduleId);
    }

    /** All modules of the device, from the parent or, while it is away, as last seen. */
    public List<Identity> list() throws IOException {
        try {
            List<Identity> listed = new ArrayList<>();
            for (JsonNode module : parent.list()) {
                String moduleId = module.path("moduleId").asText();
                listed.add(identity(
                        module, cache.get(moduleId).map(Identity::managedBy).orElse(MANAGED_BY)));
            }
            cache.replace(listed);
            return listed;
        } catch (IOException e) {
            if (isRefusal(e)) {
                throw e;
            }
            log.atWarn().addKeyValue("reason", e.getMessage()).log("the hub is away, identities are as last seen");
            return cache.all();
        }
    }

    /** Makes a module and gives it its keys. */
    public Identity create(String moduleId, String managedBy) throws IOException {
        return withKeys(identity(parent.create(moduleId), managedBy));
    }

    /** Gives an existing module its keys again; while the parent is away, one that has had them is answered as last seen. */
    public Identity update(String moduleId) throws IOException {
        try {
            return withKeys(get(moduleId));
        } catch (IOException e) {
            Optional<Identity> keyed = isRefusal(e) ? Optional.empty() : cache.keyed(moduleId);
            if (keyed.isEmpty()) {
                throw e;
            }
            log.atWarn()
                    .addKeyValue("module", moduleId)
                    .addKeyValue("reason", e.getMessage())
                    .log("the hub is away, the module's identity is as last seen");
            return keyed.get();
        }
    }

    /** Makes the module if the parent has none of this id, and gives it its keys. */
    public Identity ensure(String moduleId) throws IOException {
        try {
            return update(moduleId);
        } catch (ParentException e) {
            if (e.status() != NOT_FOUND) {
                throw e;
            }
            return create(moduleId, MANAGED_BY);
        }
    }

    public void delete(String moduleId) throws IOException {
        parent.delete(moduleId);
        cache.remove(moduleId);
    }

    private Identity get(String moduleId) throws IOException {
        try {
            Identity identity = identity(parent.get(moduleId), MANAGED_BY);
            cache.put(identity);
            return identity;
        } catch (ParentException e) {
            if (e.status() == NOT_FOUND) {
                cache.remove(moduleId);
            }
            throw e;
        }
    }

    private Identity withKeys(Identity identity) throws IOException {
        parent.setKeys(
                identity.moduleId(),
                keys.primary(identity.moduleId(), identity.generationId()),
                keys.secondary(identity.moduleId(), identity.generationId()));
        cache.putKeyed(identity);
        return identity;
    }

    /** Whether the parent is there and says no; one that answers with a fault of its own, or for a parent of its own, is away. */
    private static boolean isRefusal(IOException failure) {
        return failure instanceof ParentException answer && answer.status() < SERVER_ERROR;
    }

    private static Identity identity(JsonNode module, String managedBy) throws IOException {
        String moduleId = module.path("moduleId").asText();
        String generationId = module.path("generationId").asText();
        if (moduleId.isEmpty() || generationId.isEmpty()) {
            throw new IOException("the hub's answer has no moduleId or no generationId");
        }
        return new Identity(moduleId, managedBy, generationId, SAS);
    }
}
