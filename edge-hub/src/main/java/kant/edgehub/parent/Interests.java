package kant.edgehub.parent;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who below wants what of the parent. An identity may be served by more than one holder at a time, an older connection and the
 * one that takes over from it, or a connection and single requests beside it; the parent hears of the first that comes and
 * of the last that goes. Callable from any thread.
 */
public final class Interests {
    private static final Logger log = LoggerFactory.getLogger(Interests.class);

    private final Attachments attachments;
    private final Consumer<IdentityId> toldFromNowOn;
    private final Map<Interest, Set<Object>> holders = new ConcurrentHashMap<>();

    private record Interest(IdentityId id, Feature feature) {}

    /**
     * @param toldFromNowOn hears of identities whose desired changes the parent tells from now on, and did not before: what
     *     changed in between is told by nobody
     */
    public Interests(Attachments attachments, Consumer<IdentityId> toldFromNowOn) {
        this.attachments = attachments;
        this.toldFromNowOn = toldFromNowOn;
    }

    /**
     * A holder, told from others by being the same object, wants what belongs to a feature of this identity.
     *
     * @return completes when the parent has answered, at once where it cannot be asked now; never with a failure
     */
    public CompletionStage<Void> want(IdentityId id, Feature feature, Object holder) {
        var asked = new CompletableFuture<Void>();
        holders.compute(new Interest(id, feature), (_, present) -> {
            Set<Object> set = present == null ? new HashSet<>() : present;
            set.add(holder);
            boolean gap = present == null
                    && feature == Feature.DESIRED
                    && attachments.ifUp(id).isPresent();
            // also where somebody wants it already: asking again does no harm, and heals what was refused before
            var _ = log(id, feature, attachments.subscribe(id, feature)).whenComplete((_, failure) -> {
                if (gap && failure == null) {
                    toldFromNowOn.accept(id);
                }
                asked.complete(null);
            });
            return set;
        });
        return asked;
    }

    /** It does not any more. */
    public void drop(IdentityId id, Feature feature, Object holder) {
        holders.computeIfPresent(new Interest(id, feature), (_, present) -> {
            present.remove(holder);
            if (!present.isEmpty()) {
                return present;
            }
            attachments.find(id).ifPresent(upstream -> {
                var _ = log(id, feature, upstream.unsubscribe(feature));
            });
            return null;
        });
    }

    private static CompletionStage<Void> log(IdentityId id, Feature feature, CompletionStage<Void> done) {
        return done.whenComplete((_, failure) -> {
            if (failure != null) {
                log.atWarn()
                        .addKeyValue("identity", id)
                        .addKeyValue("feature", feature)
                        .addKeyValue("reason", failure.getMessage())
                        .log("the parent refused a subscription");
            }
        });
    }
}
