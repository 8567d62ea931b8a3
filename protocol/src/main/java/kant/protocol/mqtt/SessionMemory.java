package kant.protocol.mqtt;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import org.jspecify.annotations.Nullable;

/**
 * With which quality and in which spelling clients with persistent sessions subscribed, for the time that they are away; hubs
 * keep which features only. Bounded: who was away longest is forgotten first, and then gets quality 1. Called when
 * subscriptions change, from any loop; held for a map operation only.
 */
final class SessionMemory {
    /** Clients that take turns may be more than those that are in at once. */
    private static final int PER_PLACE = 4;

    private final int limit;
    private final LinkedHashMap<IdentityId, Remembered> longestAwayFirst = new LinkedHashMap<>();

    private SessionMemory(int limit) {
        this.limit = limit;
    }

    /** @param places clients that may be connected at once */
    static SessionMemory of(int places) {
        return new SessionMemory(places * PER_PLACE);
    }

    /**
     * What one client had.
     *
     * @param twinReplyQos null where it wanted no answers to twin requests
     */
    record Remembered(
            Map<Feature, Subscriptions.Subscription> features,
            @Nullable Integer twinReplyQos) {
        Remembered {
            features = features.isEmpty() ? Map.of() : new EnumMap<>(features);
        }

        private boolean isEmpty() {
            return features.isEmpty() && twinReplyQos == null;
        }
    }

    synchronized void keep(IdentityId client, Remembered subscriptions) {
        longestAwayFirst.remove(client);
        if (subscriptions.isEmpty()) {
            return;
        }
        longestAwayFirst.put(client, subscriptions);
        if (longestAwayFirst.size() > limit) {
            longestAwayFirst.pollFirstEntry();
        }
    }

    synchronized void forget(IdentityId client) {
        longestAwayFirst.remove(client);
    }

    /** Null where nothing is known. */
    synchronized @Nullable Remembered of(IdentityId client) {
        return longestAwayFirst.get(client);
    }
}
