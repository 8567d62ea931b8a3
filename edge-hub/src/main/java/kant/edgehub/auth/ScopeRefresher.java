package kant.edgehub.auth;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the scope cache in step with the parent: one question at a time for each identity, few at once, and not again soon
 * after an answer, so that clients with made-up names cannot make the hub flood its parent.
 */
public final class ScopeRefresher {
    private static final Logger log = LoggerFactory.getLogger(ScopeRefresher.class);

    /** Questions for single identities under way at once. */
    private static final int MOST_AT_ONCE = 8;

    /** Remembered answers; beyond it the oldest knowledge is thrown away, which costs a question. */
    private static final int MOST_REMEMBERED = 10_000;

    /** How soon an identity that the parent did not know may be asked for again: a module is often registered just before it starts. */
    private static final Duration UNKNOWN_AGAIN = Duration.ofSeconds(5);

    private final ScopeCache cache;
    private final ScopeSource source;
    private final Tasks tasks;
    private final Time time;
    private final Duration knownAgain;
    private final Map<IdentityId, CompletableFuture<Void>> asking = new ConcurrentHashMap<>();
    private final Map<IdentityId, Long> askedAtNanos = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable CompletableFuture<Void>> all = new AtomicReference<>();
    private volatile Consumer<Set<IdentityId>> onAffected = _ -> {};

    /** @param knownAgain least time between two questions for an identity that is in the cache */
    public ScopeRefresher(ScopeCache cache, ScopeSource source, Tasks tasks, Time time, Duration knownAgain) {
        this.cache = cache;
        this.source = source;
        this.tasks = tasks;
        this.time = time;
        this.knownAgain = knownAgain;
    }

    /** Called, on a virtual thread, with the identities that are new, changed or gone. */
    public void onAffected(Consumer<Set<IdentityId>> listener) {
        onAffected = listener;
    }

    /** Reads the whole scope anew; joins a reading that is under way. Fails with {@link Refusal.Unavailable}. */
    public CompletionStage<Void> refreshAll() {
        var mine = new CompletableFuture<Void>();
        CompletableFuture<Void> running = all.compareAndExchange(null, mine);
        if (running != null) {
            return running;
        }
        tasks.execute(() -> {
            try {
                cache.listing();
                Set<IdentityId> affected = cache.replace(source.all());
                askedAtNanos.clear();
                log.atInfo().addKeyValue("identities", cache.size()).log("device scope read from the parent");
                finish(affected);
                all.set(null);
                mine.complete(null);
            } catch (IOException | RuntimeException e) {
                all.set(null);
                mine.completeExceptionally(unavailable(e));
            }
        });
        return mine;
    }

    /**
     * Asks the parent for one identity; joins a question that is under way, and completes at once where the parent was asked
     * just before. Fails with {@link Refusal.Unavailable} where the parent cannot be asked.
     */
    public CompletionStage<Void> refresh(IdentityId id) {
        return refresh(id, List.of());
    }

    /** The same on somebody's word that it changed: however lately the parent was asked. */
    public CompletionStage<Void> refreshNow(IdentityId id) {
        askedAtNanos.remove(id);
        return refresh(id);
    }

    /**
     * The same for an identity that may stand below another edge device.
     *
     * @param via see {@link ScopeSource#one}
     */
    public CompletionStage<Void> refresh(IdentityId id, List<IdentityId> via) {
        if (askedRecently(id)) {
            return CompletableFuture.completedFuture(null);
        }
        if (asking.size() >= MOST_AT_ONCE && !asking.containsKey(id)) {
            return CompletableFuture.failedFuture(new RefusedException(new Refusal.Unavailable(
                    "too many unknown identities are being looked up at the parent; try again")));
        }
        var mine = new CompletableFuture<Void>();
        CompletableFuture<Void> running = asking.putIfAbsent(id, mine);
        if (running != null) {
            return running;
        }
        tasks.execute(() -> ask(id, via, mine));
        return mine;
    }

    private void ask(IdentityId id, List<IdentityId> via, CompletableFuture<Void> done) {
        try {
            Set<IdentityId> affected = take(id, source.one(id, via));
            remember(id);
            asking.remove(id);
            finish(affected);
            done.complete(null);
        } catch (IOException | RuntimeException e) {
            asking.remove(id);
            done.completeExceptionally(unavailable(e));
        }
    }

    private Set<IdentityId> take(IdentityId id, List<ScopeIdentity> answer) throws IOException {
        Set<IdentityId> affected = new HashSet<>();
        boolean found = false;
        for (ScopeIdentity identity : answer) {
            found |= identity.id().equals(id);
            if (cache.put(identity)) {
                affected.add(identity.id());
            }
        }
        if (!found && cache.remove(id)) {
            affected.add(id);
        }
        return affected;
    }

    private void finish(Set<IdentityId> affected) {
        if (!affected.isEmpty()) {
            onAffected.accept(affected);
        }
    }

    private boolean askedRecently(IdentityId id) {
        Long at = askedAtNanos.get(id);
        Duration wait = cache.find(id).isPresent() ? knownAgain : UNKNOWN_AGAIN;
        return at != null && time.nanos() - at < wait.toNanos();
    }

    private void remember(IdentityId id) {
        if (askedAtNanos.size() >= MOST_REMEMBERED) {
            askedAtNanos.clear();
        }
        askedAtNanos.put(id, time.nanos());
    }

    private static RefusedException unavailable(Exception e) {
        return new RefusedException(new Refusal.Unavailable("the parent cannot be asked: " + e.getMessage()));
    }
}
