package kant.iothub.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import kant.iothub.c2d.CloudListener;
import kant.iothub.registry.Presence;
import kant.iothub.registry.RegistryListener;
import kant.iothub.twin.DesiredListener;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.twin.TwinPatch;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/**
 * Who is connected. One session per identity: the newer wins. Safe for any thread; nothing here blocks. What is kept of an
 * identity lasts until it is removed from the registry, so the registry bounds it.
 */
public final class Sessions implements Presence, RegistryListener, DesiredListener, CloudListener {
    private final Time time;
    private final Map<IdentityId, Place> places = new HashMap<>(); // guarded by this

    public Sessions(Time time) {
        this.time = time;
    }

    /** Subscriptions of a persistent client's last connection. */
    public synchronized Set<Feature> remembered(IdentityId id) {
        Place place = places.get(id);
        return place == null ? Set.of() : place.remembered;
    }

    /** Forgets the subscriptions of a client that begins with a clean session. */
    public synchronized void forget(IdentityId id) {
        Place place = places.get(id);
        if (place != null) {
            place.remembered = Set.of();
        }
    }

    /** The session is the identity's one from now on; an older one is closed. */
    public void opened(DeviceSession session) {
        DeviceSession older;
        synchronized (this) {
            Place place = places.computeIfAbsent(session.identity(), _ -> new Place());
            older = place.session;
            place.session = session;
            place.changed = time.now();
            place.release();
        }
        if (older != null) {
            older.disconnect("a newer connection of the same identity");
        }
    }

    synchronized void closed(DeviceSession session) {
        Place place = places.get(session.identity());
        if (place != null && place.session == session) {
            place.session = null;
            place.changed = time.now();
            place.lastActivity = session.lastActivity();
        }
    }

    synchronized void subscribed(DeviceSession session, Set<Feature> remembered) {
        Place place = places.get(session.identity());
        if (place != null && place.session == session) {
            place.remembered = remembered;
            place.release();
        }
    }

    /** Completes with the identity's session once there is one that takes method calls; give up by cancelling it. */
    public synchronized CompletableFuture<DeviceSession> methods(IdentityId id) {
        Place place = places.computeIfAbsent(id, _ -> new Place());
        var ready = new CompletableFuture<DeviceSession>();
        place.waiting.add(ready);
        place.release();
        return ready;
    }

    @Override
    public synchronized Facts of(IdentityId id) {
        Place place = places.get(id);
        return place == null ? Facts.NEVER : place.facts();
    }

    /** How many devices, not modules, are connected. */
    public synchronized long connectedDevices() {
        return places.entrySet().stream()
                .filter(place -> !place.getKey().isModule() && place.getValue().session != null)
                .count();
    }

    @Override
    public void desired(IdentityId id, TwinPatch patch) {
        DeviceSession session = session(id);
        if (session != null) {
            session.desired(patch);
        }
    }

    @Override
    public void waiting(IdentityId target) {
        DeviceSession session = session(target);
        if (session != null) {
            session.cloudMessageWaits();
        }
    }

    @Override
    public void credentialsChanged(IdentityId id) {
        for (DeviceSession session : sessions(s -> s.admitted().dependsOn().contains(id))) {
            session.disconnect("the registry's credentials or status of \"" + id + "\" changed");
        }
    }

    /** Who came by way of the devices above is cut; who came by itself stays. */
    @Override
    public void moved(IdentityId id) {
        for (DeviceSession session : sessions(s -> s.admitted().passes(id))) {
            session.disconnect("device \"" + id + "\" has other parents now");
        }
    }

    @Override
    public void removed(IdentityId id) {
        List<DeviceSession> gone = sessions(s -> s.admitted().dependsOn().contains(id));
        synchronized (this) {
            places.keySet().removeIf(known -> isPartOf(known, id));
        }
        gone.forEach(session -> session.disconnect("\"" + id + "\" was removed from the registry"));
    }

    private synchronized @Nullable DeviceSession session(IdentityId id) {
        Place place = places.get(id);
        return place == null ? null : place.session;
    }

    private synchronized List<DeviceSession> sessions(Predicate<DeviceSession> wanted) {
        List<DeviceSession> sessions = new ArrayList<>();
        for (Place place : places.values()) {
            if (place.session != null && wanted.test(place.session)) {
                sessions.add(place.session);
            }
        }
        return sessions;
    }

    private static boolean isPartOf(IdentityId known, IdentityId id) {
        return known.equals(id) || !id.isModule() && known.deviceId().equals(id.deviceId());
    }

    /** What is known of one identity. */
    private static final class Place {
        private @Nullable DeviceSession session;
        private Set<Feature> remembered = Set.of();
        private Instant changed = Instant.EPOCH;
        private Instant lastActivity = Instant.EPOCH;
        private final List<CompletableFuture<DeviceSession>> waiting = new ArrayList<>();

        Facts facts() {
            return session == null
                    ? new Facts(false, changed, lastActivity)
                    : new Facts(true, changed, session.lastActivity());
        }

        /** Lets callers go that wait for a session with methods, or have given up. */
        void release() {
            DeviceSession ready = session;
            if (ready != null && ready.listensTo(Feature.METHODS)) {
                waiting.forEach(waiter -> waiter.complete(ready));
            }
            waiting.removeIf(CompletableFuture::isDone);
        }
    }
}
