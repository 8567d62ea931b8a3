package kant.edgehub.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import kant.edgehub.parent.Attachments;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.store.state.KeyedState;
import kant.world.Tasks;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All twins that this hub knows. Reads give the parent's twin where it answers in time, else the last one known; reports are
 * taken at once and brought to the parent in order; desired changes are told to the listener, also those that were missed.
 */
public final class Twins {
    static final String PREFIX = "twin/";
    private static final Logger log = LoggerFactory.getLogger(Twins.class);

    private final TwinWorld world;
    private final Map<IdentityId, TwinOf> twins = new ConcurrentHashMap<>();

    /**
     * @param operationLimit how long a read may wait for the parent
     * @param syncEvery least time between two reported patches of one identity
     */
    public Twins(
            KeyedState state,
            Attachments attachments,
            DesiredListener listener,
            Tasks tasks,
            Time time,
            Duration operationLimit,
            Duration syncEvery) {
        world = new TwinWorld(state, attachments, listener, tasks, time, operationLimit, syncEvery);
    }

    /** The twin as the identity should see it now; a twin never seen is empty, with version 0, as the original has it. */
    public CompletionStage<TwinProperties> get(IdentityId id) {
        return of(id).get();
    }

    /** The twin as it was last seen, without asking; empty where it never was. */
    public Optional<TwinProperties> cached(IdentityId id) {
        KnownTwin known = of(id).known();
        return known.seen() ? Optional.of(known.view()) : Optional.empty();
    }

    /** Takes a client's reported patch; completes when it is on disk, fails where {@link ReportedLimits} does not allow it. */
    public CompletionStage<OptionalLong> report(IdentityId id, ObjectNode patch) {
        Optional<Refusal> wrong = ReportedLimits.check(patch);
        if (wrong.isPresent()) {
            return CompletableFuture.failedFuture(new RefusedException(wrong.get()));
        }
        return of(id).report(patch);
    }

    /** The hub's own reports, which may use names that clients may not. */
    public CompletionStage<OptionalLong> reportOwn(IdentityId hub, ObjectNode patch) {
        return of(hub).report(patch);
    }

    /** The parent changed desired properties of an identity. */
    public void desired(IdentityId id, TwinPatch patch) {
        of(id).desired(patch);
    }

    /** An identity is attached to the parent (again). */
    public void attached(IdentityId id) {
        of(id).attached();
    }

    /** An identity is not registered any more: nothing of it is kept. Blocks for the disk. */
    public void forget(IdentityId id) {
        twins.remove(id);
        try {
            world.state().remove(PREFIX + id.text());
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("identity", id)
                    .addKeyValue("reason", e.getMessage())
                    .log("the twin of a removed identity cannot be removed from disk");
        }
    }

    private TwinOf of(IdentityId id) {
        TwinOf twin = twins.get(id);
        return twin != null ? twin : twins.computeIfAbsent(id, i -> new TwinOf(i, world, load(i)));
    }

    private KnownTwin load(IdentityId id) {
        Optional<byte[]> stored = world.state().get(PREFIX + id.text());
        if (stored.isEmpty()) {
            return KnownTwin.unseen();
        }
        try {
            return KnownTwin.read(stored.get());
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("identity", id)
                    .addKeyValue("reason", e.getMessage())
                    .log("a cached twin is unreadable, taken as never seen");
            return KnownTwin.unseen();
        }
    }
}
