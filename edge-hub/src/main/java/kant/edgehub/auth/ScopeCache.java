package kant.edgehub.auth;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kant.model.identity.IdentityId;
import kant.store.state.KeyedState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identities of this device's scope, in memory and on disk. Reading is for any thread; writing waits for the disk, so it
 * is for virtual threads only.
 */
public final class ScopeCache {
    private static final Logger log = LoggerFactory.getLogger(ScopeCache.class);
    private static final String PREFIX = "scope/";

    private final KeyedState state;
    private final Map<IdentityId, ScopeIdentity> identities = new ConcurrentHashMap<>();

    /** What was learnt of single identities while the complete list is being read; null while it is not. */
    private @Nullable Set<IdentityId> learntSince;

    private volatile boolean complete;

    /** Reads what an earlier run left. */
    public ScopeCache(KeyedState state) {
        this.state = state;
        for (String key : state.keys(PREFIX)) {
            state.get(key).ifPresent(bytes -> load(key, bytes));
        }
    }

    /** How many identities there are. */
    public int size() {
        return identities.size();
    }

    /** Whether the parent has told the whole scope in this process. */
    public boolean complete() {
        return complete;
    }

    /** Whether it is certain, by a complete answer of the parent in this process, that there is no such identity. */
    public boolean surelyUnknown(IdentityId id) {
        return complete && !identities.containsKey(id);
    }

    /** The key with which tokens for the parent are signed on behalf of a client; empty where it has none, or is unknown. */
    public Optional<String> signingKey(IdentityId id) {
        return find(id).map(ScopeIdentity::proof).filter(Proof::hasKeys).map(Proof::primaryKey);
    }

    /** Every identity there is at the moment. */
    public Collection<ScopeIdentity> all() {
        return Collections.unmodifiableCollection(identities.values());
    }

    public Optional<ScopeIdentity> find(IdentityId id) {
        return Optional.ofNullable(identities.get(id));
    }

    /** Takes one identity as the parent tells it; says whether that is news. */
    synchronized boolean put(ScopeIdentity identity) throws IOException {
        learnt(identity.id());
        return keep(identity);
    }

    private boolean keep(ScopeIdentity identity) throws IOException {
        if (identity.equals(identities.get(identity.id()))) {
            return false;
        }
        state.put(PREFIX + identity.id().text(), identity.bytes());
        identities.put(identity.id(), identity);
        return true;
    }

    /** The parent does not know it any more. */
    synchronized boolean remove(IdentityId id) throws IOException {
        if (identities.containsKey(id)) {
            learnt(id);
        }
        return drop(id);
    }

    private boolean drop(IdentityId id) throws IOException {
        if (identities.remove(id) == null) {
            return false;
        }
        state.remove(PREFIX + id.text());
        return true;
    }

    /** The parent's complete list is about to be asked for: what is learnt from now on may be newer than what it says. */
    synchronized void listing() {
        learntSince = new HashSet<>();
    }

    /**
     * Takes the parent's complete list, asked for after {@link #listing}; of identities that were learnt singly since then it
     * changes nothing. Returns the ids that are new, changed or gone.
     */
    synchronized Set<IdentityId> replace(List<ScopeIdentity> all) throws IOException {
        Set<IdentityId> newer = learntSince == null ? Set.of() : learntSince;
        learntSince = null;
        Set<IdentityId> affected = new HashSet<>();
        Set<IdentityId> listed = new HashSet<>(newer);
        for (ScopeIdentity identity : all) {
            if (listed.add(identity.id()) && keep(identity)) {
                affected.add(identity.id());
            }
        }
        for (IdentityId id : new ArrayList<>(identities.keySet())) {
            if (!listed.contains(id) && drop(id)) {
                affected.add(id);
            }
        }
        complete = true;
        return affected;
    }

    private void learnt(IdentityId id) {
        if (learntSince != null) {
            learntSince.add(id);
        }
    }

    private void load(String key, byte[] bytes) {
        try {
            ScopeIdentity identity = ScopeIdentity.read(bytes);
            identities.put(identity.id(), identity);
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("key", key)
                    .addKeyValue("reason", e.getMessage())
                    .log("cached identity is unreadable, left out until the parent tells it again");
        }
    }
}
