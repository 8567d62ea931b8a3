package kant.upstream.mqtt;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import kant.model.identity.IdentityId;
import kant.upstream.Access;
import kant.upstream.ConnectionMachine;
import kant.upstream.Link;
import kant.upstream.LinkState;
import kant.upstream.LinkTiming;
import kant.upstream.LinkWorld;
import kant.upstream.ParentConfig;
import kant.upstream.Transport;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamListener;
import kant.upstream.dial.Dialler;
import kant.upstream.drive.AttemptGate;
import kant.upstream.drive.LinkBoard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link over MQTT, which knows one identity per connection: as many connections as identities. The state shown is that of
 * the primary identity's connection; when that one comes up, identities that wait for their next attempt try at once.
 */
public final class MqttLink implements Link {
    private static final Logger log = LoggerFactory.getLogger(MqttLink.class);

    private static final String SUBPROTOCOL = "mqtt";

    /** On top of the time for draining, for the event loops to get round to it. */
    private static final long CLOSE_MARGIN_MILLIS = 1000;

    private final LinkParts parts;
    private final IdentityId primary;
    private final LinkBoard board;
    private final Map<IdentityId, MqttIdentity> identities = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private MqttLink(LinkParts parts, IdentityId primary) {
        this.parts = parts;
        this.primary = primary;
        board = new LinkBoard(
                parts.loops().group().next(),
                parts.time(),
                parts.config().timing().debounce());
    }

    /**
     * A link with nothing attached yet.
     *
     * @param primary the identity whose connection stands for the link
     */
    public static MqttLink start(
            ParentConfig parent, LinkWorld world, IdentityId primary, Transport transport, MqttLinkConfig config) {
        var gate = new AttemptGate(config.attemptsAtOnce());
        var dialler = new Dialler(
                parent,
                world.loops(),
                parent.mqttPort(),
                SUBPROTOCOL,
                config.timing().connecting(),
                world.tasks(),
                world.budget());
        var parts = new LinkParts(
                dialler,
                transport,
                world.loops(),
                world.tasks(),
                world.time(),
                world.randomness(),
                config,
                gate,
                world.budget());
        return new MqttLink(parts, primary);
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
        IdentityId id = access.id();
        if (closed) {
            throw new IllegalStateException("the link is closed: \"" + id + "\" cannot be attached");
        }
        // the others hear from the primary that the parent is back
        LinkTiming timing = parts.config().timing();
        var machine = new ConnectionMachine(id.equals(primary) ? timing : timing.patient());
        var identity = new MqttIdentity(parts, access, machine, listener, new Observer());
        MqttIdentity older = identities.put(id, identity);
        if (older != null) {
            older.close();
        }
        identity.start();
        return identity;
    }

    @Override
    public void close() {
        closed = true;
        List<MqttIdentity> all = List.copyOf(identities.values());
        all.forEach(MqttIdentity::close);
        long limitMillis = parts.config().timing().drain().toMillis() + CLOSE_MARGIN_MILLIS;
        try {
            CompletableFuture.allOf(all.stream().map(MqttIdentity::closed).toArray(CompletableFuture[]::new))
                    .get(limitMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.atWarn()
                    .addKeyValue("identities", identities.keySet())
                    .addKeyValue("millis", limitMillis)
                    .setCause(e)
                    .log("not all connections to the parent closed in time");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        board.ended();
    }

    /** What the identities tell, each on its own event loop. */
    private final class Observer implements MqttIdentity.Observer {
        private LinkState last = LinkState.DOWN;

        @Override
        public void entered(MqttIdentity identity, LinkState entered) {
            if (entered == last) {
                return;
            }
            last = entered;
            if (identity.id().equals(primary) && identities.get(primary) == identity) {
                board.actual(entered);
                if (entered == LinkState.UP) {
                    hurryOthers(identity);
                }
            }
        }

        @Override
        public void closed(MqttIdentity identity) {
            identities.remove(identity.id(), identity);
        }
    }

    private void hurryOthers(MqttIdentity back) {
        for (MqttIdentity identity : identities.values()) {
            if (identity != back) {
                identity.parentBack();
            }
        }
    }
}
