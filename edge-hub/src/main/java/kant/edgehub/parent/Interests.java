package kant.edgehub.parent;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Map<Interest, Set<Object>> holders = new ConcurrentHashMap<>();

    private record Interest(IdentityId id, Feature feature) {}

    public Interests(Attachments attachments) {
        this.attachments = attachments;
    }

    /** A holder, told from others by being the same object, wants what belongs to a feature of this identity. */
    public void want(IdentityId id, Feature feature, Object holder) {
        holders.compute(new Interest(id, feature), (_, present) -> {
            Set<Object> set = present == null ? new HashSet<>() : present;
            set.add(holder);
            // also where somebody wants it already: asking again does no harm, and heals what was refused before
            log(id, feature, attachments.of(id).subscribe(feature));
            return set;
        });
    }

    /** It does not any more. */
    public void drop(IdentityId id, Feature feature, Object holder) {
        holders.computeIfPresent(new Interest(id, feature), (_, present) -> {
            present.remove(holder);
            if (!present.isEmpty()) {
                return present;
            }
            attachments.find(id).ifPresent(upstream -> log(id, feature, upstream.unsubscribe(feature)));
            return null;
        });
    }

    private static void log(IdentityId id, Feature feature, CompletionStage<Void> done) {
        var _ = done.whenComplete((_, failure) -> {
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
