package kant.edgehub;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import kant.model.identity.IdentityId;
import kant.world.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the scope anew: at intervals, when the link comes up, and when somebody asks. */
final class ScopeUpkeep {
    private static final Logger log = LoggerFactory.getLogger(ScopeUpkeep.class);
    private static final Duration RETRY = Duration.ofSeconds(60);

    private final Scope scope;
    private final BooleanSupplier linkUp;
    private final Tasks tasks;
    private final Duration every;

    ScopeUpkeep(Scope scope, BooleanSupplier linkUp, Tasks tasks, Duration every) {
        this.scope = scope;
        this.linkUp = linkUp;
        this.tasks = tasks;
        this.every = every;
    }

    void start() {
        later(every);
    }

    CompletionStage<Void> refreshAll() {
        return scope.refresher().refreshAll().whenComplete((_, failure) -> {
            if (failure != null) {
                log.atWarn()
                        .addKeyValue("reason", failure.getMessage())
                        .log("device scope could not be read, will try again");
                if (!scope.cache().complete()) {
                    later(RETRY);
                }
            }
        });
    }

    /** Reads these identities, or all where none are named. */
    CompletionStage<Void> refresh(Set<IdentityId> ids) {
        if (ids.isEmpty()) {
            return refreshAll();
        }
        return CompletableFuture.allOf(ids.stream()
                .map(id -> scope.refresher().refreshNow(id).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    private void later(Duration wait) {
        var _ = tasks.after(wait, "scope refresh", () -> {
            if (linkUp.getAsBoolean()) {
                var _ = refreshAll();
            }
            if (wait.equals(every)) {
                later(wait);
            }
        });
    }
}
