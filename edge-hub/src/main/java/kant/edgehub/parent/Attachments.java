package kant.edgehub.parent;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
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
        return attached(id);
    }

    /**
     * Asks the parent for what belongs to a feature. It is asked for again whenever the identity is attached anew, until it is
     * unsubscribed.
     */
    public CompletionStage<Void> subscribe(IdentityId id, Feature feature) {
        while (true) {
            Optional<CompletionStage<Void>> asked = attached(id).subscribeUnlessClosed(feature);
            if (asked.isPresent()) {
                return asked.get();
            }
            // it was let go of in between: the next one is another
        }
    }

    /** The identity's connection where there is one that is up. */
    public Optional<UpstreamIdentity> ifUp(IdentityId id) {
        return find(id).filter(UpstreamIdentity::up);
    }

    /** The identity's connection where there is one. */
    public Optional<UpstreamIdentity> find(IdentityId id) {
        return Optional.ofNullable(attached.get(id));
    }

    /** How many there are. */
    public int size() {
        return attached.size();
    }

    /** Lets go of those that nobody has used for a time and that nobody needs now. */
    public void releaseIdle(Duration idle, Predicate<IdentityId> needed) {
        for (IdentityId id : attached.keySet()) {
            if (!needed.test(id)) {
                attached.computeIfPresent(id, (_, a) -> a.closedIdle(idle) ? null : a);
            }
        }
    }

    /** The registry has changed an identity: it tries again at once where it was refused, or is attached anew by another way. */
    public void changed(IdentityId id) {
        Attached known = attached.get(id);
        if (known != null) {
            known.comesInBy(access.apply(id));
        }
    }

    private Attached attached(IdentityId id) {
        Attached existing = attached.get(id);
        if (existing == null) {
            existing = attached.computeIfAbsent(id, this::attach);
        }
        existing.used();
        return existing;
    }

    private Attached attach(IdentityId id) {
        log.atDebug().addKeyValue("identity", id).log("attaching to the parent");
        ParentEvents listener = events;
        if (listener == null) {
            throw new IllegalStateException("attached before start");
        }
        return new Attached(access.apply(id), how -> attach(how, listener), meter, time);
    }

    private UpstreamIdentity attach(Access how, ParentEvents events) {
        var listener = new Listener(how.id(), events);
        UpstreamIdentity upstream = link.attach(how, listener);
        listener.upstream.complete(upstream);
        return upstream;
    }

    private static final class Listener implements UpstreamListener {
        private final IdentityId id;
        private final ParentEvents events;
        /** Whom it hears; there as soon as it is attached. */
        private final CompletableFuture<UpstreamIdentity> upstream = new CompletableFuture<>();

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
            // its number means something only where it came from, which the identity may have left when it is settled
            events.deliver(id, delivery, settlement -> {
                var _ = upstream.thenAccept(from -> from.settle(delivery.id(), settlement));
            });
        }
    }
}
