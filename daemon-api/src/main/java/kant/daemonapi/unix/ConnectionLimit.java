package kant.daemonapi.unix;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts a listener's connections by the peer's uid. */
final class ConnectionLimit {
    private final int perUser;
    private final ConcurrentMap<Integer, Integer> open = new ConcurrentHashMap<>();

    ConnectionLimit(int perUser) {
        this.perUser = perUser;
    }

    /** Whether one more is allowed; if so it is counted. */
    boolean enter(int uid) {
        var entered = new AtomicBoolean();
        open.compute(uid, (_, now) -> {
            int before = now == null ? 0 : now;
            entered.set(before < perUser);
            return entered.get() ? before + 1 : before;
        });
        return entered.get();
    }

    void leave(int uid) {
        open.computeIfPresent(uid, (_, now) -> now == 1 ? null : now - 1);
    }
}
