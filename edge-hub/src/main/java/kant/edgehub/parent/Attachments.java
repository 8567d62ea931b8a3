package kant.edgehub.parent;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import kant.upstream.Access;
import kant.upstream.Link;
import kant.upstream.LinkState;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamListener;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identities that have a connection to the parent. One is attached when it is first needed (a message to send, a twin, a
 * subscription) and let go when its client has been away for long.
 */
public final class Attachments {
    private static final Logger log = LoggerFactory.getLogger(Attachments.class);

    private final Link link;
    private final Function<IdentityId, Access> access;
    private final ParentMeter meter;
    private final Time time;
    private final Map<IdentityId, Attached> attached = new ConcurrentHashMap<>();
    private volatile @Nullable ParentEvents events;

    /** @param access how an identity comes in at the parent; asked when it is attached */
    public Attachments(Link link, Function<IdentityId, Access> access, ParentMeter meter, Time time) {
        this.link = link;
        this.access = access;
        this.meter = meter;
        this.time = time;
    }

    /** Says who hears what the parent sends; once, before the first identity is attached. */
    public void start(ParentEvents listener) {
        events = listener;
    }

    /** Whether the parent can be reached. */
    public boolean linkUp() {
        return link.state() == LinkState.UP;
    }

    /** The identity's connection, made where there is none. */
    public UpstreamIdentity of(IdentityId id) {
        Attached existing = attached.get(id);
        if (existing == null) {
            existing = attached.computeIfAbsent(id, this::attach);
        }
        existing.usedAtNanos = time.nanos();
        return existing.upstream;
    }

    /** The identity's connection where there is one that is up. */
    public Optional<UpstreamIdentity> ifUp(IdentityId id) {
        return find(id).filter(UpstreamIdentity::up);
    }

    /** The identity's connection where there is one. */
    public Optional<UpstreamIdentity> find(IdentityId id) {
        return Optional.ofNullable(attached.get(id)).map(a -> a.upstream);
    }

    /** How many there are. */
    public int size() {
        return attached.size();
    }

    /** Lets go of those that nobody has used for a time and that nobody needs now. */
    public void releaseIdle(Duration idle, Predicate<IdentityId> needed) {
        attached.forEach((id, a) -> {
            if (time.nanos() - a.usedAtNanos > idle.toNanos() && !needed.test(id) && attached.remove(id, a)) {
                a.upstream.close();
            }
        });
    }

    /**
     * The registry has changed an identity: it tries again at once where it was refused, or is let go, and attached anew when it
     * is needed, where it now comes in another way.
     */
    public void changed(IdentityId id) {
        Attached known = attached.get(id);
        if (known == null) {
            return;
        }
        Access now = access.apply(id);
        if (now.looksLike(known.access)) {
            known.upstream.retry();
        } else if (attached.remove(id, known)) {
            known.upstream.close();
        }
    }

    private Attached attach(IdentityId id) {
        log.atDebug().addKeyValue("identity", id).log("attaching to the parent");
        ParentEvents listener = events;
        if (listener == null) {
            throw new IllegalStateException("attached before start");
        }
        Access how = access.apply(id);
        UpstreamIdentity upstream = link.attach(how, new Listener(id, listener));
        return new Attached(how, new MeteredUpstream(upstream, meter, time), time.nanos());
    }

    private static final class Attached {
        final Access access;
        final UpstreamIdentity upstream;
        volatile long usedAtNanos;

        Attached(Access access, UpstreamIdentity upstream, long usedAtNanos) {
            this.access = access;
            this.upstream = upstream;
            this.usedAtNanos = usedAtNanos;
        }
    }

    private static final class Listener implements UpstreamListener {
        private final IdentityId id;
        private final ParentEvents events;

        Listener(IdentityId id, ParentEvents events) {
            this.id = id;
            this.events = events;
        }

        @Override
        public void up() {
            log.atDebug().addKeyValue("identity", id).log("attached to the parent");
            events.up(id);
        }

        @Override
        public void down(String reason) {
            log.atDebug()
                    .addKeyValue("identity", id)
                    .addKeyValue("reason", reason)
                    .log("detached from the parent");
            events.down(id, reason);
        }

        @Override
        public void refused(Refusal refusal) {
            log.atWarn()
                    .addKeyValue("identity", id)
                    .addKeyValue("reason", refusal.reason())
                    .log("the parent refuses this identity");
            events.refused(id, refusal);
        }

        @Override
        public void desired(TwinPatch patch) {
            events.desired(id, patch);
        }

        @Override
        public void invoke(MethodCall call) {
            events.invoke(id, call);
        }

        @Override
        public void deliver(Delivery delivery) {
            events.deliver(id, delivery);
        }
    }
}
