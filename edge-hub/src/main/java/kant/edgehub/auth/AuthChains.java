package kant.edgehub.auth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;

/**
 * The way from an identity up to this edge device, as the cached scope has it (device-protocols.md §2.7): {@code leaf, child,
 * this}. A way through a disabled or missing device is none.
 */
public final class AuthChains {
    /** Edge devices above one another, as the contract has it; also ends a circle that a registry should not have. */
    static final int MOST_LEVELS = 5;

    private final ScopeCache cache;
    private final IdentityId edge;

    /** @param edge the device this hub runs on */
    public AuthChains(ScopeCache cache, IdentityId edge) {
        this.cache = cache;
        this.edge = edge;
    }

    /** The chain, target first and this device last; empty where the cache shows no way. */
    public Optional<List<IdentityId>> of(IdentityId target) {
        List<IdentityId> chain = new ArrayList<>();
        if (target.isModule()) {
            chain.add(target);
        }
        IdentityId at = target.device();
        chain.add(at);
        for (int level = 0; !at.equals(edge); level++) {
            Optional<IdentityId> parent = parent(at);
            if (parent.isEmpty() || level == MOST_LEVELS) {
                return Optional.empty();
            }
            at = parent.get();
            chain.add(at);
        }
        return Optional.of(List.copyOf(chain));
    }

    /** The edge devices of a chain above its target. */
    static List<IdentityId> above(List<IdentityId> chain) {
        int own = chain.getFirst().isModule() ? 2 : 1;
        return chain.subList(Math.min(own, chain.size()), chain.size());
    }

    /** A chain as it stands on the wire. */
    public static String text(List<IdentityId> chain) {
        return chain.stream().map(IdentityId::text).collect(Collectors.joining(";"));
    }

    /**
     * The opposite.
     *
     * @throws IllegalArgumentException where an id is not usable, or where there are more than the contract's depth allows
     */
    public static List<IdentityId> parse(String text) {
        String[] ids = text.split(";", -1);
        if (ids.length > MOST_LEVELS + 2) {
            throw new IllegalArgumentException(
                    "the auth chain has " + ids.length + " ids, more than " + (MOST_LEVELS + 2));
        }
        return Arrays.stream(ids).map(IdentityId::parse).toList();
    }

    /** Whether an edge device below may act for a target: it must stand on the target's way, and the whole way be enabled. */
    public Optional<Refusal> mayAct(IdentityId actor, IdentityId target) {
        Optional<List<IdentityId>> way = of(target);
        if (way.isEmpty()) {
            return refused("\"" + target + "\" is not in the scope of this device");
        }
        if (!way.get().contains(actor)) {
            return refused("\"" + actor + "\" is no parent of \"" + target + "\"");
        }
        for (IdentityId id : way.get()) {
            ScopeIdentity known = cache.find(id.device()).orElse(null);
            if (known != null && !known.enabled()) {
                return refused("\"" + id.device() + "\" on the way to \"" + target + "\" is disabled");
            }
        }
        return Optional.empty();
    }

    /** The identities below an edge device, and itself: its modules, and its children with theirs. */
    public List<ScopeIdentity> scopeOf(IdentityId parent) {
        ScopeIdentity root = cache.find(parent).orElse(null);
        if (root == null) {
            return List.of();
        }
        Set<IdentityId> devices = cache.all().stream()
                .filter(identity ->
                        !identity.id().isModule() && identity.place().isBelow(root.place()))
                .map(ScopeIdentity::id)
                .collect(Collectors.toCollection(HashSet::new));
        devices.add(parent);
        return cache.all().stream()
                .filter(identity -> devices.contains(identity.id().device()))
                .sorted(Comparator.comparing(ScopeIdentity::id))
                .toList();
    }

    private Optional<IdentityId> parent(IdentityId device) {
        ScopeIdentity known = cache.find(device).orElse(null);
        if (known == null) {
            return Optional.empty();
        }
        return cache.all().stream()
                .filter(other -> !other.id().isModule() && !other.id().equals(device))
                .filter(other -> known.place().isBelow(other.place()))
                .map(ScopeIdentity::id)
                .findFirst()
                .or(() -> unplaced(known));
    }

    /** What the parent tells in this device's flat scope stands below it even where nothing says so. */
    private Optional<IdentityId> unplaced(ScopeIdentity known) {
        boolean nothingSaid =
                known.place().parentScopes().isEmpty() && !known.place().edge();
        return nothingSaid ? Optional.of(edge) : Optional.empty();
    }

    private static Optional<Refusal> refused(String reason) {
        return Optional.of(new Refusal.Unauthorized(reason));
    }
}
