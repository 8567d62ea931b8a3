package kant.edgehub.fake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import kant.edgehub.auth.Place;
import kant.edgehub.auth.Proof;
import kant.edgehub.auth.ScopeIdentity;
import kant.edgehub.auth.ScopeSource;
import kant.model.identity.IdentityId;

/** A parent's scope that a test writes. */
public final class FakeScope implements ScopeSource {
    private final Map<IdentityId, ScopeIdentity> identities = new ConcurrentHashMap<>();
    public final List<IdentityId> asked = new CopyOnWriteArrayList<>();
    /** The edge devices by which each identity was asked for last. */
    public final Map<IdentityId, List<IdentityId>> ways = new ConcurrentHashMap<>();

    public volatile boolean reachable = true;

    /** The key that {@link #register} gives an identity. */
    public static String key(IdentityId id, String which) {
        return Base64.getEncoder().encodeToString((id.text() + ":" + which).getBytes(StandardCharsets.UTF_8));
    }

    public void register(IdentityId id) {
        put(id, true, key(id, "primary"), key(id, "secondary"));
    }

    public void put(IdentityId id, boolean enabled, String primary, String secondary) {
        identities.put(id, new ScopeIdentity(id, "g1", enabled, Proof.keys(primary, secondary), Place.NONE));
    }

    public void put(ScopeIdentity identity) {
        identities.put(identity.id(), identity);
    }

    public void remove(IdentityId id) {
        identities.remove(id);
    }

    @Override
    public List<ScopeIdentity> all() throws IOException {
        reach();
        return List.copyOf(identities.values());
    }

    @Override
    public List<ScopeIdentity> one(IdentityId id, List<IdentityId> via) throws IOException {
        asked.add(id);
        ways.put(id, via);
        reach();
        List<ScopeIdentity> found = new ArrayList<>();
        for (IdentityId each : List.of(id, id.device())) {
            ScopeIdentity identity = identities.get(each);
            if (identity != null && identities.containsKey(id) && !found.contains(identity)) {
                found.add(identity);
            }
        }
        return found;
    }

    private void reach() throws IOException {
        if (!reachable) {
            throw new IOException("no route to the parent");
        }
    }
}
