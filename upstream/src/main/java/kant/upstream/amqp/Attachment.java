package kant.upstream.amqp;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.upstream.Access;
import kant.upstream.ConnectionAction;
import kant.upstream.ConnectionEvent;
import kant.upstream.ConnectionState;
import kant.upstream.UpstreamListener;
import kant.upstream.drive.ConnectionDriver;
import kant.upstream.drive.GuardedListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * How one identity is attached to the parent, across connections: what it has subscribed, whom it tells, its token and its
 * links on the connection there is, and the machine that attaches it again. Owned by the home loop.
 */
final class Attachment implements IdentityLinks.Owner, HeldToken.Holder, ConnectionDriver.Effects {
    private static final Logger log = LoggerFactory.getLogger(Attachment.class);

    /** The token is renewed in place, so the links live on: they are made anew about once a year. */
    private static final Duration NO_TOKEN = Duration.ofDays(365);

    /** Whose it is. */
    interface Observer {
        void entered(ConnectionState state);

        /** It has ended for good. */
        void closed();
    }

    private final AmqpParts parts;
    private final Access access;
    private final UpstreamListener listener;
    private final Observer observer;
    private final ConnectionDriver driver;
    private final Runnable turn = () -> feed(new ConnectionEvent.Turn());

    private final EnumSet<Feature> subscriptions = EnumSet.noneOf(Feature.class);
    private long lastDeliveryId;
    private String lastFailure = "";

    // for the connection there is, if any
    private @Nullable AmqpConnection connection;
    private @Nullable Tokens tokens;

    // for one attempt, and what came of it
    private int attempt;
    private @Nullable IdentityLinks links;
    private @Nullable Silence silence;
    private boolean ready;

    Attachment(AmqpParts parts, Access access, UpstreamListener listener, Observer observer) {
        this.parts = parts;
        this.access = access;
        this.listener = new GuardedListener(access.id(), listener);
        this.observer = observer;
        driver = parts.driver(parts.config().timing().patient(), this); // told when the connection is back
    }

    IdentityId id() {
        return access.id();
    }

    /** There is a connection: attaches as soon as its turn comes, unless the parent has refused it before. */
    void connected(AmqpConnection fresh, Tokens held) {
        connection = fresh;
        tokens = held;
        feed(new ConnectionEvent.ParentBack());
    }

    /** There is none any more. */
    void disconnected(String reason) {
        feed(new ConnectionEvent.Lost(reason));
        connection = null;
        tokens = null;
    }

    /** Something happened that the machine decides about. */
    void feed(ConnectionEvent event) {
        driver.feed(event);
    }

    /** Its links; null while it is not attached. */
    @Nullable
    IdentityLinks links() {
        return ready ? links : null;
    }

    /** Its links, ready or not; null where there are none. */
    @Nullable
    IdentityLinks current() {
        return links;
    }

    /** Remembers a subscription, and makes it where it is attached. */
    CompletableFuture<Void> subscribe(Feature feature) {
        IdentityLinks attached = links();
        subscriptions.add(feature);
        if (attached == null || attached.has(feature)) {
            return CompletableFuture.completedFuture(null);
        }
        return attached.subscribe(feature).exceptionallyCompose(failure -> {
            Refusal refusal = Answers.of(failure);
            if (!Answers.isFinal(refusal)) {
                // a link lost on the way is no failure: the next one restores what is remembered
                return CompletableFuture.completedFuture(null);
            }
            subscriptions.remove(feature);
            return CompletableFuture.failedFuture(new RefusedException(refusal));
        });
    }

    /** The opposite; where the link is lost first, the next one does not subscribe it. */
    CompletableFuture<Void> unsubscribe(Feature feature) {
        IdentityLinks attached = links();
        return subscriptions.remove(feature) && attached != null
                ? attached.unsubscribe(feature).exceptionally(_ -> null)
                : CompletableFuture.completedFuture(null);
    }

    // ---- what its links and its token tell

    @Override
    public Set<Feature> subscriptions() {
        return EnumSet.copyOf(subscriptions);
    }

    @Override
    public UpstreamListener listener() {
        return listener;
    }

    @Override
    public long nextDeliveryId() {
        return ++lastDeliveryId;
    }

    @Override
    public void ready() {
        ready = true;
        feed(new ConnectionEvent.Ready(NO_TOKEN));
    }

    @Override
    public void lost(String reason) {
        feed(new ConnectionEvent.Lost(reason));
    }

    @Override
    public void refused(Refusal refusal) {
        feed(new ConnectionEvent.Refused(refusal));
    }

    @Override
    public void drained() {
        feed(new ConnectionEvent.Drained());
    }

    @Override
    public void tokenLost(String reason) {
        feed(new ConnectionEvent.Lost(reason));
    }

    @Override
    public void tokenRefused(Refusal refusal) {
        feed(new ConnectionEvent.Refused(refusal));
    }

    // ---- what its machine wants

    @Override
    public void entered(ConnectionState state) {
        observer.entered(state);
    }

    @Override
    public void ended() {
        observer.closed();
    }

    @Override
    public void act(ConnectionAction action) {
        switch (action) {
            case ConnectionAction.AskTurn() -> parts.gate().ask(turn);
            case ConnectionAction.GiveTurnBack() -> parts.gate().giveBack(turn);
            case ConnectionAction.Open() -> open();
            case ConnectionAction.Drain() -> Objects.requireNonNull(links).drain();
            case ConnectionAction.Drop() -> drop();
            case ConnectionAction.TellFailed(String reason) -> failed(reason);
            case ConnectionAction.TellUp() -> {
                lastFailure = "";
                log.atDebug().addKeyValue("identity", id()).log("attached to the parent");
                listener.up();
            }
            case ConnectionAction.TellDown(String reason) -> {
                log.atDebug()
                        .addKeyValue("identity", id())
                        .addKeyValue("reason", reason)
                        .log("detached from the parent");
                listener.down(reason);
            }
            case ConnectionAction.TellRefused(Refusal refusal) -> {
                failed(refusal.reason());
                listener.refused(refusal);
            }
        }
    }

    private void open() {
        if (connection == null || tokens == null) {
            feed(new ConnectionEvent.Lost("there is no connection to the parent"));
            return;
        }
        AmqpConnection over = connection;
        int current = ++attempt;
        silence = new Silence(over, parts);
        var _ = tokens.hold(access, this).whenComplete((_, failure) -> {
            if (attempt == current) {
                tokenPut(over, failure);
            }
        });
    }

    private void tokenPut(AmqpConnection over, @Nullable Throwable failure) {
        if (failure != null) {
            Refusal refusal = Answers.of(failure);
            feed(
                    Answers.isFinal(refusal)
                            ? new ConnectionEvent.Refused(refusal)
                            : new ConnectionEvent.Lost(refusal.reason()));
            return;
        }
        try {
            links = new IdentityLinks(parts, over, access, this);
            links.open();
        } catch (IllegalStateException e) {
            feed(new ConnectionEvent.Lost("the parent allows no more sessions: " + e.getMessage()));
        }
    }

    private void drop() {
        attempt++;
        if (!ready && silence != null) {
            silence.unanswered();
        }
        silence = null;
        ready = false;
        IdentityLinks dropped = links;
        links = null;
        if (tokens != null) {
            tokens.letGo(access, this);
        }
        if (dropped != null) {
            dropped.close("\"" + id() + "\" is detached");
        }
    }

    /** The same failure again and again is one line, and then a matter for debugging; a lost connection has one of its own. */
    private void failed(String reason) {
        boolean quiet = reason.equals(lastFailure) || connection == null || !connection.alive();
        lastFailure = reason;
        log.atLevel(quiet ? Level.DEBUG : Level.WARN)
                .addKeyValue("identity", access)
                .addKeyValue("reason", reason)
                .log("could not attach to the parent, will try again");
    }
}
