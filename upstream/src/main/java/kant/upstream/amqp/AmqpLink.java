package kant.upstream.amqp;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import kant.model.identity.IdentityId;
import kant.upstream.Access;
import kant.upstream.Link;
import kant.upstream.LinkState;
import kant.upstream.LinkWorld;
import kant.upstream.ParentConfig;
import kant.upstream.Transport;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamListener;
import kant.upstream.dial.Dialler;
import kant.upstream.drive.AttemptGate;
import kant.upstream.drive.LinkBoard;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link over AMQP: one connection for all identities. The connection comes first; while there is none the gate is shut, and
 * identities wait for their turn. When it is back they are attached again in a bounded wave, the primary one first. The state
 * shown is that of the connection, and beyond it, where it is attached, that of the primary identity. All of it belongs to one
 * event loop, the home.
 */
public final class AmqpLink implements Link {
    private static final Logger log = LoggerFactory.getLogger(AmqpLink.class);

    private static final String SUBPROTOCOL = "AMQPWSB10";

    /** On top of the time for draining, for the event loop to get round to it. */
    private static final long CLOSE_MARGIN_MILLIS = 1000;

    private final AmqpParts parts;
    private final IdentityId primary;
    private final LinkBoard board;
    private final ParentConnection parent;
    private final Map<IdentityId, AmqpIdentity> identities = new LinkedHashMap<>();

    private LinkState parentState = LinkState.DOWN;
    private LinkState primaryState = LinkState.UP;
    private @Nullable AmqpConnection connection;
    private @Nullable Tokens tokens;
    private volatile boolean closed;

    private AmqpLink(AmqpParts parts, List<Transport> transports, IdentityId primary) {
        this.parts = parts;
        this.primary = primary;
        board = new LinkBoard(
                parts.home(), parts.time(), parts.config().timing().debounce());
        parent = new ParentConnection(parts, transports, new ParentObserver());
        parts.gate().shut();
    }

    /**
     * A link with nothing attached yet; it connects when the first identity is.
     *
     * @param primary the identity without which the link is of no use
     * @param transports tried in turn until one connects, which is then kept to while it works
     */
    public static AmqpLink start(
            ParentConfig parent,
            LinkWorld world,
            IdentityId primary,
            List<Transport> transports,
            AmqpLinkConfig config) {
        Duration connecting = config.timing().connecting();
        var dialler = new Dialler(
                parent, world.loops(), parent.amqpPort(), SUBPROTOCOL, connecting, world.tasks(), world.budget());
        var parts = new AmqpParts(
                dialler,
                world.loops().group().next(),
                world.tasks(),
                world.time(),
                world.randomness(),
                config,
                new AttemptGate(config.attemptsAtOnce()),
                world.budget());
        return new AmqpLink(parts, transports, primary);
    }

    @Override
    public LinkState state() {
        return board.state();
    }

    @Override
    public void onChange(Consumer<LinkState> listener) {
        board.onChange(listener);
    }

    @Override
    public UpstreamIdentity attach(Access access, UpstreamListener listener) {
        if (closed) {
            throw new IllegalStateException("the link is closed: \"" + access.id() + "\" cannot be attached");
        }
        var identity = new AmqpIdentity(parts, access, listener, new IdentityObserver());
        parts.onHome(() -> attach(identity));
        return identity;
    }

    @Override
    public void close() {
        closed = true;
        var ended = new CompletableFuture<Void>();
        if (!parts.onHome(() -> closeNow(ended))) {
            return; // the program has stopped its event loops, and everything on them
        }
        long limitMillis = parts.config().timing().drain().toMillis() + CLOSE_MARGIN_MILLIS;
        try {
            ended.get(limitMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.atWarn().addKeyValue("millis", limitMillis).setCause(e).log("the link did not close in time");
            parts.onHome(parent::close);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        board.ended();
    }

    private void attach(AmqpIdentity identity) {
        AmqpIdentity older = identities.put(identity.id(), identity);
        if (older != null) {
            older.close();
        }
        if (connection != null && tokens != null) {
            identity.connected(connection, tokens);
        } else {
            parent.start();
        }
        identity.start();
    }

    private void closeNow(CompletableFuture<Void> ended) {
        List<AmqpIdentity> all = List.copyOf(identities.values());
        all.forEach(AmqpIdentity::close);
        var _ = CompletableFuture.allOf(all.stream().map(AmqpIdentity::closed).toArray(CompletableFuture[]::new))
                .thenCompose(_ -> {
                    parent.close();
                    return parent.closed();
                })
                .whenComplete((_, _) -> ended.complete(null));
    }

    private void show() {
        board.actual(parentState == LinkState.UP ? primaryState : parentState);
    }

    private final class ParentObserver implements ParentConnection.Observer {
        @Override
        public void entered(LinkState state) {
            if (state != parentState) {
                parentState = state;
                show();
            }
        }

        @Override
        public void up(AmqpConnection opened) {
            var held = new Tokens(parts, opened);
            connection = opened;
            tokens = held;
            AmqpIdentity first = identities.get(primary);
            if (first != null) {
                first.connected(opened, held);
            }
            for (AmqpIdentity identity : List.copyOf(identities.values())) {
                if (identity != first) {
                    identity.connected(opened, held);
                }
            }
            parts.gate().open();
        }

        @Override
        public void down(String reason) {
            parts.gate().shut();
            connection = null;
            List.copyOf(identities.values()).forEach(identity -> identity.disconnected(reason));
            if (tokens != null) {
                tokens.end();
                tokens = null;
            }
        }

        @Override
        public void writable() {
            identities.values().forEach(AmqpIdentity::writable);
        }
    }

    /** What the identities tell. */
    private final class IdentityObserver implements AmqpIdentity.Observer {
        @Override
        public void entered(AmqpIdentity identity, LinkState state) {
            if (identities.get(primary) == identity && state != primaryState) {
                primaryState = state;
                show();
            }
        }

        @Override
        public void closed(AmqpIdentity identity) {
            if (identities.remove(identity.id(), identity) && identity.id().equals(primary)) {
                primaryState = LinkState.UP;
            }
        }

        @Override
        public void hurried() {
            parent.retry();
        }
    }
}
