package kant.protocol.amqp;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.protocol.amqp.wire.Conditions;
import kant.protocol.head.Failures;
import kant.protocol.head.TokenWatch;
import kant.protocol.net.ChannelTasks;
import kant.protocol.net.OnLoop;
import kant.protocol.net.Strangers;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.Session;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One identity on a connection: its session of the hub and its links, at most one of each kind.
 *
 * <pre>
 * state    event                         does                                             next
 * OPENING  attach                        holds it                                         OPENING
 * OPENING  session                       answers what was held                            OPEN
 * OPENING  refusal, no answer in time    refuses what was held, with the reason           CLOSED
 * OPEN     attach                        subscribes, answers; an older link gives way     OPEN
 * OPEN     last link gone                closes the session                               CLOSED
 * OPEN     token expired, hub's word     detaches all links, with the reason              CLOSED
 * </pre>
 */
@OnLoop
final class Client {
    private static final Logger log = LoggerFactory.getLogger(Client.class);

    private final ConnectionContext connection;
    private final ClientInfo info;
    private final Owner owner;
    private final AmqpClientLink hubsWay;
    private final List<Held> held = new ArrayList<>();
    private final Map<LinkKind, Attached> links = new EnumMap<>(LinkKind.class);
    private final Proof proof;
    private State state = State.OPENING;

    /** A newer token that came while the hub was looking at the first. */
    private Credential.@Nullable Token early;

    // for the session
    private @Nullable ClientLinks parts;
    private @Nullable Session session;
    private @Nullable TokenWatch watch;

    private enum State {
        OPENING,
        OPEN,
        CLOSED
    }

    private record Held(LinkKind kind, Link<?> link) {}

    private record Attached(Link<?> link, Runnable gone) {}

    /** Where the client is one of many. */
    interface Owner {
        /**
         * The client has no session any more.
         *
         * @param reason why, where the hub or the clock ended it; null where it went by itself or never was in
         */
        void ended(Client client, @Nullable String reason);
    }

    Client(ConnectionContext connection, ClientInfo info, Proof proof, Owner owner) {
        this.connection = connection;
        this.info = info;
        this.proof = proof;
        this.owner = owner;
        hubsWay = new AmqpClientLink(connection.loop(), connection.limits().window(), this::drain, this::disconnected);
    }

    IdentityId identity() {
        return info.identity();
    }

    Proof proof() {
        return proof;
    }

    /** Asks the hub for a session; refuses all links where none comes in time. */
    void open() {
        var overdue = ChannelTasks.after(
                connection.channel(),
                connection.limits().opening(),
                () -> refused(new RefusedException(new Refusal.TimedOut("the hub did not answer in time"))));
        var _ = connection
                .head()
                .hub()
                .open(proof.credential(), info, hubsWay)
                .whenComplete((opened, failure) -> connection.loop().run(() -> {
                    overdue.cancel(false);
                    if (failure != null) {
                        refused(Failures.cause(failure));
                    } else if (state == State.OPENING && !held.isEmpty()) {
                        opened(opened);
                    } else {
                        opened.close(); // everybody has gone in the meantime
                        end(null, null);
                    }
                }));
    }

    /** A link that the peer wants to open. */
    void attach(LinkKind kind, Link<?> link) {
        link.setLinkedResource((Runnable) () -> gone(kind, link));
        if (state == State.OPENING) {
            held.add(new Held(kind, link));
        } else if (session != null) {
            open(session, kind, link);
        }
    }

    /** A newer token of this client's came. */
    CompletionStage<Void> renew(Credential.Token token) {
        Session in = session;
        if (in == null) {
            early = token;
            return CompletableFuture.completedFuture(null);
        }
        return in.renew(token)
                .whenComplete((_, failure) -> connection.loop().run(() -> {
                    if (failure == null && watch != null && state == State.OPEN) {
                        watch.renewed(token.token());
                    }
                }));
    }

    /** There may be room on the socket. */
    void ready() {
        if (parts != null) {
            parts.ready();
        }
    }

    /** Ends the client; its links too where there is a reason to tell. */
    void end(@Nullable ErrorCondition condition, @Nullable String reason) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        hubsWay.closed();
        if (watch != null) {
            watch.close();
        }
        for (Attached attached : links.values()) {
            attached.link().setLinkedResource(null);
            attached.gone().run();
            if (condition != null) {
                Links.close(attached.link(), condition);
            }
        }
        links.clear();
        held.forEach(waiting -> Links.refuse(waiting.link(), condition == null ? gone() : condition));
        held.clear();
        if (session != null) {
            session.close();
        }
        owner.ended(this, reason);
    }

    // ---- opening

    private void opened(Session opened) {
        state = State.OPEN;
        session = opened;
        Strangers.admit(connection.channel());
        parts = new ClientLinks(connection, opened);
        if (proof.credential() instanceof Credential.Token(var token)) {
            var tokenWatch = new TokenWatch(
                    connection.channel(),
                    connection.head().time(),
                    token,
                    connection.head().config().tokenSkew(),
                    this::expired);
            watch = tokenWatch;
            tokenWatch.look();
        }
        if (early != null) {
            var _ = renew(early).exceptionally(this::earlyRefused);
        }
        List<Held> waiting = List.copyOf(held);
        held.clear();
        waiting.forEach(one -> open(opened, one.kind(), one.link()));
        drain();
    }

    /** It has been answered already: the first token counts on, as with any renewal that is refused. */
    private @Nullable Void earlyRefused(Throwable failure) {
        log.atInfo()
                .addKeyValue("client", identity())
                .addKeyValue("reason", Failures.cause(failure).getMessage())
                .log("newer token refused");
        return null;
    }

    private void refused(Throwable cause) {
        if (state != State.OPENING) {
            return;
        }
        if (!(cause instanceof RefusedException refused)) {
            log.atError().addKeyValue("client", identity()).setCause(cause).log("client could not be let in");
            end(new ErrorCondition(Conditions.INTERNAL, "internal error"), null);
            return;
        }
        log.atInfo()
                .addKeyValue("client", identity())
                .addKeyValue("reason", refused.refusal().reason())
                .log("client refused");
        end(Conditions.of(onOpening(refused.refusal())), null);
    }

    /** Who is not known is not told so, nor is it told that others are. */
    private static Refusal onOpening(Refusal refusal) {
        return refusal instanceof Refusal.NotFound(String reason) ? new Refusal.Unauthorized(reason) : refusal;
    }

    /** Opens a link once the hub has taken the subscription that goes with it. */
    private void open(Session in, LinkKind kind, Link<?> link) {
        var attached = new Attached(link, prepare(kind, link));
        Attached older = links.put(kind, attached);
        if (older != null) {
            older.link().setLinkedResource(null);
            older.gone().run();
            Links.close(older.link(), new ErrorCondition(Conditions.STOLEN, "a newer link of the kind took its place"));
        }
        Feature feature = kind.feature();
        if (feature == null) {
            answer(kind, link);
            return;
        }
        var _ = in.subscribe(feature)
                .whenComplete((_, failure) -> connection.loop().run(() -> {
                    if (links.get(kind) != attached) {
                        return; // gone, or displaced, in the meantime
                    }
                    if (failure == null) {
                        answer(kind, link);
                    } else {
                        notSubscribed(kind, link, Failures.cause(failure));
                    }
                }));
    }

    private Runnable prepare(LinkKind kind, Link<?> link) {
        if (parts == null) {
            throw new IllegalStateException("a client without a session opens no link");
        }
        return link instanceof Sender sender ? parts.prepare(kind, sender) : parts.prepare(kind, (Receiver) link);
    }

    private void answer(LinkKind kind, Link<?> link) {
        if (parts != null && Links.isWanted(link)) {
            parts.open(kind);
        }
    }

    private void notSubscribed(LinkKind kind, Link<?> link, Throwable cause) {
        Refusal refusal = cause instanceof RefusedException refused
                ? refused.refusal()
                : new Refusal.Unavailable("internal error");
        link.setLinkedResource(null);
        Links.refuse(link, refusal);
        gone(kind, link);
    }

    // ---- ending

    private void gone(LinkKind kind, Link<?> link) {
        held.removeIf(waiting -> waiting.link() == link);
        Attached attached = links.get(kind);
        if (attached == null || attached.link() != link) {
            return;
        }
        links.remove(kind);
        attached.gone().run();
        Session in = session;
        Feature feature = kind.feature();
        if (in != null && feature != null && state == State.OPEN) {
            in.unsubscribe(feature).exceptionally(failure -> {
                log.atDebug()
                        .addKeyValue("client", identity())
                        .addKeyValue("reason", Failures.cause(failure).getMessage())
                        .log("subscription not ended");
                return null;
            });
        }
        if (links.isEmpty() && held.isEmpty()) {
            end(null, null);
        }
    }

    private void expired() {
        String reason = "the token of \"" + identity() + "\" expired and no newer one was put";
        end(new ErrorCondition(Conditions.UNAUTHORIZED, reason), reason);
        connection.channel().flush();
    }

    private void disconnected(String reason) {
        end(new ErrorCondition(Conditions.DETACH_FORCED, reason), reason);
    }

    private static ErrorCondition gone() {
        return new ErrorCondition(Conditions.DETACH_FORCED, "the connection ends");
    }

    // ---- from the hub

    private void drain() {
        if (parts == null || state != State.OPEN) {
            return; // kept until the session is there
        }
        hubsWay.awake();
        for (AmqpClientLink.Outbound next = hubsWay.next(); next != null; next = hubsWay.next()) {
            if (!parts.take(next)) {
                disconnected("the client does not take the changes of its twin that it is sent");
                return;
            }
        }
        parts.ready();
    }
}
