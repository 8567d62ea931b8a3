package kant.upstream.amqp;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import kant.upstream.ConnectionAction;
import kant.upstream.ConnectionEvent;
import kant.upstream.ConnectionState;
import kant.upstream.LinkState;
import kant.upstream.Transport;
import kant.upstream.drive.ConnectionDriver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The connection to the parent across its re-connections, and which transport it takes: the one that worked last, another one
 * after a failed attempt. Owned by the home loop.
 */
final class ParentConnection implements ConnectionDriver.Effects, AmqpConnection.Owner {
    private static final Logger log = LoggerFactory.getLogger(ParentConnection.class);

    /** Tokens expire, the connection does not: it is made anew about once a year. */
    private static final Duration NO_TOKEN = Duration.ofDays(365);

    /** Who uses it. */
    interface Observer {
        void entered(LinkState state);

        void up(AmqpConnection connection);

        /** It is not to be used any more; its identities' links are still to be dropped. */
        void down(String reason);

        /** The socket takes more again. */
        void writable();
    }

    private final AmqpParts parts;
    private final List<Transport> transports;
    private final Observer observer;
    private final ConnectionDriver driver;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Map<Transport, String> lastFailures = new EnumMap<>(Transport.class);

    private boolean started;
    private int transport;
    private int attempts;
    private @Nullable AmqpAttempt attempt;
    private @Nullable AmqpConnection connection;

    ParentConnection(AmqpParts parts, List<Transport> transports, Observer observer) {
        this.parts = parts;
        this.transports = List.copyOf(transports);
        this.observer = observer;
        driver = parts.driver(parts.config().timing(), this);
    }

    /** Begins to connect, where it has not yet. */
    void start() {
        if (!started) {
            started = true;
            driver.feed(new ConnectionEvent.Tick());
        }
    }

    /** Tries at once where it waits for the next attempt. */
    void retry() {
        driver.feed(new ConnectionEvent.Retry());
    }

    /** Ends it for good; its identities have drained before. */
    void close() {
        driver.feed(new ConnectionEvent.Close());
    }

    CompletableFuture<Void> closed() {
        return closed;
    }

    // ---- what the connection tells

    @Override
    public void ready(AmqpConnection opened) {
        connection = opened;
        driver.feed(new ConnectionEvent.Ready(NO_TOKEN));
    }

    @Override
    public void lost(String reason) {
        driver.feed(new ConnectionEvent.Lost(reason));
    }

    @Override
    public void unreached(String reason) {
        driver.feed(new ConnectionEvent.Unreached(reason));
    }

    @Override
    public void writable() {
        observer.writable();
    }

    // ---- what the machine wants

    @Override
    public void entered(ConnectionState state) {
        observer.entered(state.shown());
    }

    @Override
    public void ended() {
        closed.complete(null);
    }

    @Override
    public void act(ConnectionAction action) {
        switch (action) {
            case ConnectionAction.AskTurn() -> driver.feed(new ConnectionEvent.Turn());
            case ConnectionAction.GiveTurnBack() -> {
                // there is one connection only: turns cost nothing
            }
            case ConnectionAction.Open() -> {
                attempt = new AmqpAttempt(parts, transports.get(transport), attempts++, this);
                attempt.start();
            }
            case ConnectionAction.Drain() -> driver.feed(new ConnectionEvent.Drained());
            case ConnectionAction.Drop() -> drop();
            case ConnectionAction.TellFailed(String reason) -> failed(reason);
            case ConnectionAction.TellUp() -> {
                lastFailures.clear();
                log.atInfo()
                        .addKeyValue("parent", parts.parent().hostName())
                        .addKeyValue("transport", transports.get(transport))
                        .log("connected to the parent");
                observer.up(Objects.requireNonNull(connection));
            }
            case ConnectionAction.TellDown(String reason) -> {
                log.atInfo().addKeyValue("reason", reason).log("left the parent");
                observer.down(reason);
            }
            case ConnectionAction.TellRefused(var refusal) -> failed(refusal.reason());
        }
    }

    private void drop() {
        connection = null;
        if (attempt != null) {
            attempt.drop();
            attempt = null;
        }
    }

    /** The same failure again and again is one line, and then a matter for debugging. */
    private void failed(String reason) {
        Transport tried = transports.get(transport);
        boolean known = reason.equals(lastFailures.put(tried, reason));
        log.atLevel(known ? Level.DEBUG : Level.WARN)
                .addKeyValue("transport", tried)
                .addKeyValue("reason", reason)
                .log("could not connect to the parent, will try again");
        transport = (transport + 1) % transports.size();
    }
}
