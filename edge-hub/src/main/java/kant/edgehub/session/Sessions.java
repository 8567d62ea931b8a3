package kant.edgehub.session;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import kant.edgehub.auth.Claim;
import kant.edgehub.auth.ConnectedClients;
import kant.edgehub.method.Methods;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinPatch;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.ClientLink;
import kant.protocol.port.Session;
import kant.store.state.KeyedState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is connected: one session for each identity, the newest. */
public final class Sessions implements ConnectedClients {
    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

    private final SessionServices services;
    private final Subscriptions subscriptions;
    private final Presence presence;
    private final int mostClients;
    private final Map<IdentityId, EdgeSession> sessions = new ConcurrentHashMap<>();

    /** @param mostClients identities connected at once; a further one is refused */
    public Sessions(SessionServices services, KeyedState state, Presence presence, int mostClients) {
        this.services = services;
        this.presence = presence;
        this.mostClients = mostClients;
        subscriptions = new Subscriptions(state);
    }

    /** Opens the session of an authenticated client; an older one of the same identity is closed first. */
    public Session open(Credential credential, ClientInfo info, ClientLink client) throws RefusedException {
        IdentityId id = info.identity();
        if (sessions.size() >= mostClients && !sessions.containsKey(id)) {
            throw new RefusedException(new Refusal.LimitExceeded("Edge hub already has maximum allowed clients ("
                    + mostClients + ") connected; raise MaxConnectedClients"));
        }
        Set<Feature> restored = info.persistent() ? subscriptions.find(id).orElse(Set.of()) : Set.of();
        if (!info.persistent()) {
            forget(id);
        }
        var session = new EdgeSession(info, credential, client, restored, services, this);
        EdgeSession older = sessions.put(id, session);
        if (older != null) {
            log.atInfo().addKeyValue("identity", id).log("client connected again, its older connection is closed");
            older.disconnect("another connection of \"" + id + "\" has taken over");
        }
        session.start();
        log.atInfo()
                .addKeyValue("identity", id)
                .addKeyValue("protocol", info.protocol())
                .addKeyValue("product", info.product())
                .log("client connected");
        presence.connected(id);
        return session;
    }

    /** How many there are. */
    public int count() {
        return sessions.size();
    }

    public boolean connected(IdentityId id) {
        return sessions.containsKey(id);
    }

    /** Tells a client of changed desired properties, if it is there and listens. */
    public void desired(IdentityId id, TwinPatch patch) {
        EdgeSession session = sessions.get(id);
        if (session != null) {
            session.desired(patch);
        }
    }

    /** Calls a client's method; fails with a refusal where it is away, or does not answer in time. */
    public CompletionStage<MethodResult> invoke(IdentityId id, MethodCall call) {
        EdgeSession session = sessions.get(id);
        return session == null ? CompletableFuture.failedFuture(Methods.notFound(id)) : session.invoke(call);
    }

    /** Whether a client is connected and listens for what belongs to a feature. */
    public boolean listens(IdentityId id, Feature feature) {
        EdgeSession session = sessions.get(id);
        return session != null && session.listensFor(feature);
    }

    /** Passes on a cloud-to-device message; false where nobody here listens, and nothing was done with it. */
    public boolean deliver(IdentityId id, Delivery delivery, Consumer<Settlement> settle) {
        EdgeSession session = sessions.get(id);
        if (session == null || !session.listensFor(Feature.CLOUD_TO_DEVICE)) {
            return false;
        }
        session.deliver(delivery, settle);
        return true;
    }

    @Override
    public Collection<Claim> claims() {
        return sessions.values().stream().map(EdgeSession::claim).toList();
    }

    @Override
    public void disconnect(IdentityId id, String reason) {
        EdgeSession session = sessions.get(id);
        if (session != null) {
            session.disconnect(reason);
        }
    }

    /** A session is over. */
    void gone(EdgeSession session) {
        IdentityId id = session.identity();
        if (sessions.remove(id, session)) {
            log.atInfo().addKeyValue("identity", id).log("client disconnected");
            presence.disconnected(id);
        }
    }

    /** Writes a persistent session's subscriptions as they are when it is their turn. */
    CompletionStage<Void> keep(IdentityId id, Supplier<Set<Feature>> features) {
        var done = new CompletableFuture<Void>();
        services.tasks().execute(() -> {
            try {
                synchronized (subscriptions) {
                    subscriptions.keep(id, features.get());
                }
                done.complete(null);
            } catch (IOException e) {
                done.completeExceptionally(new RefusedException(new Refusal.Unavailable(
                        "the hub cannot write the subscription to its disk: " + e.getMessage())));
            }
        });
        return done;
    }

    /** Removes what is kept of an identity's persistent session. */
    public void forget(IdentityId id) {
        if (subscriptions.find(id).isEmpty()) {
            return;
        }
        services.tasks().execute(() -> {
            try {
                synchronized (subscriptions) {
                    subscriptions.forget(id);
                }
            } catch (IOException e) {
                log.atWarn()
                        .addKeyValue("identity", id)
                        .addKeyValue("reason", e.getMessage())
                        .log("the subscriptions of an earlier session cannot be removed from disk");
            }
        });
    }
}
