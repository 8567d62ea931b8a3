package kant.testkit.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/**
 * Passes every connection that it accepts on to a target, and makes the network between the two as bad as it is told, while it
 * runs. Callable from any thread. Chance comes from the randomness it is given, so that a seed makes the same network again.
 */
public final class Relay implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int MOST_CONNECTIONS = 2000;

    private final InetSocketAddress target;
    private final Tasks tasks;
    private final Time time;
    private final Randomness randomness;
    private final Weather up;
    private final Weather down;
    private final Meter meter = new Meter();
    private final Set<RelayedConnection> connections = ConcurrentHashMap.newKeySet();
    private InetSocketAddress address;
    private @Nullable ServerSocketChannel listener;

    /** How often it was cut: a connection that was being made meanwhile is one of those that stood. */
    private volatile int cuts;

    private Relay(InetSocketAddress address, InetSocketAddress target, Tasks tasks, Time time, Randomness randomness) {
        this.address = address;
        this.target = target;
        this.tasks = tasks;
        this.time = time;
        this.randomness = randomness;
        up = new Weather(time, randomness);
        down = new Weather(time, randomness);
    }

    /**
     * Listens, and passes on everything at once.
     *
     * @param address where to listen; port 0 for a free one
     * @param tasks theirs are the connections; closing them ends every connection
     */
    public static Relay start(
            InetSocketAddress address, InetSocketAddress target, Tasks tasks, Time time, Randomness randomness)
            throws IOException {
        var relay = new Relay(address, target, tasks, time, randomness);
        relay.accept();
        return relay;
    }

    /** Where it listens. */
    public synchronized InetSocketAddress address() {
        return address;
    }

    public Traffic traffic() {
        return meter.traffic();
    }

    /** Both directions, also of connections that stand, from what is read next on. */
    public void shape(Shape shape) {
        for (Direction direction : Direction.values()) {
            weather(direction).shape(shape);
        }
    }

    public void shape(Direction direction, Shape shape) {
        weather(direction).shape(shape);
    }

    /**
     * Connections stay, but what goes in these directions arrives nowhere, the end of a connection included; new connections
     * are accepted and treated alike. Each connection that lost bytes stays so even after {@link #clear}, as behind a router
     * that forgot it.
     */
    public void swallow(Direction... directions) {
        for (Direction direction : directions) {
            weather(direction).swallow();
        }
    }

    /** Every connection that begins from now on is reset when it has carried exactly so many bytes this way. */
    public void resetAfter(Direction direction, long bytes) {
        weather(direction).resetAfter(() -> bytes);
    }

    /** Likewise at a byte of chance between these, small numbers as likely as large ones of the next order, either way. */
    public void resetAtRandom(long least, long most) {
        for (Direction direction : Direction.values()) {
            weather(direction).resetAfter(() ->
                    (long) (least * Math.pow((double) most / least, randomness.fraction())));
        }
    }

    /** Resets every connection that stands, and goes on. */
    public synchronized void resetAll() {
        cuts++;
        connections.forEach(RelayedConnection::reset);
    }

    /** Refuses new connections, as a host without a server does; those that stand go on. */
    public synchronized void refuse() throws IOException {
        if (listener != null) {
            listener.close();
            listener = null;
        }
    }

    /** Accepts connections, also again. */
    public synchronized void accept() throws IOException {
        if (listener == null) {
            ServerSocketChannel fresh = ServerSocketChannel.open();
            fresh.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(address);
            address = (InetSocketAddress) fresh.getLocalAddress();
            listener = fresh;
            var _ = tasks.spawn("relay-accept", () -> accept(fresh));
        }
    }

    /** Refuses new connections and resets those that stand. */
    public void cut() throws IOException {
        refuse();
        resetAll();
    }

    /** Everything passes again; what was told about shapes, swallowing and resets is forgotten. */
    public void clear() throws IOException {
        up.clear();
        down.clear();
        accept();
    }

    /** Ends it and all its connections. */
    @Override
    public void close() throws IOException {
        cut();
    }

    private Weather weather(Direction direction) {
        return switch (direction) {
            case UP -> up;
            case DOWN -> down;
        };
    }

    private void accept(ServerSocketChannel from) {
        while (true) {
            try {
                SocketChannel caller = from.accept();
                int before = cuts;
                meter.accepted();
                var _ = tasks.spawn("relay-connect", () -> connect(caller, before));
            } catch (IOException _) {
                return; // closed: it refuses now
            }
        }
    }

    /** A target that is out of reach, or one connection too many, is told by a reset. */
    private void connect(SocketChannel caller, int before) {
        SocketChannel out = null;
        try {
            out = SocketChannel.open();
            out.socket().connect(target, Math.toIntExact(CONNECT.toMillis()));
            if (connections.size() >= MOST_CONNECTIONS) {
                throw new IOException("more than " + MOST_CONNECTIONS + " connections");
            }
            relay(caller, out, before);
        } catch (IOException _) {
            abandon(caller);
            abandon(out);
        }
    }

    private void relay(SocketChannel caller, SocketChannel out, int before) throws IOException {
        var connection = new RelayedConnection(caller, out, this::weather, meter, time, connections::remove);
        connections.add(connection);
        connection.start(tasks);
        if (cuts != before) {
            connection.reset();
        }
    }

    private static void abandon(@Nullable SocketChannel socket) {
        if (socket == null) {
            return;
        }
        try (socket) {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException _) {
            // it is closed, which is what was wanted
        }
    }
}
