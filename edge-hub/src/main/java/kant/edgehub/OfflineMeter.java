package kant.edgehub;

import java.time.Duration;
import kant.edgehub.metrics.Counters;
import kant.model.identity.IdentityId;
import kant.upstream.LinkState;
import kant.world.Time;

/** Counts how often, and for how long, the parent was out of reach once it had been reached. Told of each change in order. */
final class OfflineMeter {
    private final IdentityId hub;
    private final Counters counters;
    private final Time time;
    private boolean everUp;
    private boolean away;
    private long awaySinceNanos;

    OfflineMeter(IdentityId hub, Counters counters, Time time) {
        this.hub = hub;
        this.counters = counters;
        this.time = time;
    }

    synchronized void changed(LinkState state) {
        if (state == LinkState.UP) {
            if (away) {
                counters.online(hub, Duration.ofNanos(time.nanos() - awaySinceNanos));
            }
            everUp = true;
            away = false;
        } else if (everUp && !away && state != LinkState.DRAINING) {
            away = true;
            awaySinceNanos = time.nanos();
            counters.offline(hub);
        }
    }
}
