package kant.conformance.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kant.conformance.Hub;
import kant.testkit.net.Relay;
import kant.testkit.sim.SimRandomness;
import kant.world.Tasks;
import kant.world.Time;

/**
 * Where one Edge Hub stands: a namespace with one line up to its parent and one line down to its clients, the tests. The line up
 * goes straight to the parent's namespace, or ends at a relay of the tests, as the {@link Way} says. On the line down
 * clients may take another relay.
 */
final class Site implements AutoCloseable {
    private static final String UPLINK = "uplink";

    private final Namespace namespace;
    private final String address;
    private final String parentAddress;
    private final Uplink uplink;
    private final List<Relay> clientRelays;
    private final Tasks tasks;

    /** How a hub reaches its parent. */
    enum Way {
        DIRECT,
        RELAY
    }

    private Site(
            Namespace namespace,
            String address,
            String parentAddress,
            Uplink uplink,
            List<Relay> clientRelays,
            Tasks tasks) {
        this.namespace = namespace;
        this.address = address;
        this.parentAddress = parentAddress;
        this.uplink = uplink;
        this.clientRelays = clientRelays;
        this.tasks = tasks;
    }

    /**
     * Makes the place and its lines.
     *
     * @param number of its own, 1 to 200; gives it its addresses
     */
    static Site create(int number, Way way, Parent parent, long seed) throws IOException, InterruptedException {
        Namespace namespace = Namespace.create("hub" + number);
        Tasks tasks = Tasks.virtual("relay");
        try {
            var clients = new Namespace.Line("198.19." + number + ".1", "198.19." + number + ".2");
            var up = new Namespace.Line("198.18." + number + ".2", "198.18." + number + ".1");
            namespace.joinTests("clients", clients);
            List<Relay> toHub = new ArrayList<>();
            for (int port : List.of(Hub.AMQPS, Hub.MQTTS)) {
                toHub.add(relay(clients.there(), clients.here(), port, tasks, seed + 1));
            }
            return new Site(
                    namespace,
                    clients.here(),
                    way == Way.DIRECT ? Parent.ADDRESS : up.there(),
                    way == Way.DIRECT ? straight(number, namespace, up, parent) : relayed(namespace, up, tasks, seed),
                    toHub,
                    tasks);
        } catch (IOException | InterruptedException e) {
            tasks.close();
            namespace.close();
            throw e;
        }
    }

    private static Uplink straight(int number, Namespace namespace, Namespace.Line up, Parent parent)
            throws IOException, InterruptedException {
        namespace.join(UPLINK, parent.namespace(), "hub" + number, up);
        var uplink = new Uplink(namespace, UPLINK, List.of(), List.of(Parent.ADDRESS, up.there()));
        uplink.plug();
        return uplink;
    }

    private static Uplink relayed(Namespace namespace, Namespace.Line up, Tasks tasks, long seed)
            throws IOException, InterruptedException {
        namespace.joinTests(UPLINK, up);
        List<Relay> relays = new ArrayList<>();
        for (int port : List.of(Hub.AMQPS, Hub.MQTTS, Hub.HTTPS)) {
            relays.add(relay(up.there(), Parent.ADDRESS, port, tasks, seed));
        }
        return new Uplink(namespace, UPLINK, relays, List.of());
    }

    private static Relay relay(String from, String to, int port, Tasks tasks, long seed) throws IOException {
        return Relay.start(
                new InetSocketAddress(from, port),
                new InetSocketAddress(to, port),
                tasks,
                Time.system(),
                new SimRandomness(new SplittableRandom(seed + port)));
    }

    List<String> within() {
        return namespace.within();
    }

    /** Where the hub listens. */
    String address() {
        return address;
    }

    /** What the hub dials. */
    String parentAddress() {
        return parentAddress;
    }

    /** Where clients reach the hub through a relay. */
    String clientAddress() {
        return clientRelays.getFirst().address().getHostString();
    }

    Uplink uplink() {
        return uplink;
    }

    /** The relays between clients and hub, one for each protocol. */
    List<Relay> clientRelays() {
        return clientRelays;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        uplink.close();
        for (Relay relay : clientRelays) {
            relay.close();
        }
        tasks.close();
        namespace.close();
    }
}
