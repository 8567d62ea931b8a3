package kant.conformance.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kant.testkit.net.Relay;

/** The line from a hub to its parent, and every way to spoil it. Packets are dropped, lost and throttled by the kernel. */
final class Uplink implements AutoCloseable {
    private static final String LONGEST_WAIT = "400ms";

    private final Namespace namespace;
    private final String device;
    private final List<Relay> relays;
    private final List<String> route;
    private boolean limited;

    /**
     * @param relays to each port of the parent; empty where the line goes straight to it
     * @param route destination and gateway of the route over this line; empty where it needs none
     */
    Uplink(Namespace namespace, String device, List<Relay> relays, List<String> route) {
        this.namespace = namespace;
        this.device = device;
        this.relays = relays;
        this.route = route;
    }

    /** Every packet vanishes, both ways, without a word. */
    void drop() throws IOException, InterruptedException {
        iptables("-j", "DROP");
    }

    /** Every packet vanishes with this chance, both ways. */
    void lose(double chance) throws IOException, InterruptedException {
        iptables("-m", "statistic", "--mode", "random", "--probability", Double.toString(chance), "-j", "DROP");
    }

    /** The cable is out: nothing passes, and the kernel knows. */
    void unplug() throws IOException, InterruptedException {
        namespace.run("ip", "link", "set", "dev", device, "down");
    }

    /** The cable is in again. */
    void plug() throws IOException, InterruptedException {
        namespace.run("ip", "link", "set", "dev", device, "up");
        if (!route.isEmpty()) {
            namespace.run("ip", "route", "replace", route.getFirst(), "via", route.getLast());
        }
    }

    /** The way up carries so many kilobits per second. */
    void limit(int kilobits) throws IOException, InterruptedException {
        namespace.run(
                "tc",
                "qdisc",
                "add",
                "dev",
                device,
                "root",
                "tbf",
                "rate",
                kilobits + "kbit",
                "burst",
                "16kb",
                "latency",
                LONGEST_WAIT);
        limited = true;
    }

    /** The relays to the parent's ports. */
    List<Relay> relays() {
        return relays;
    }

    /** As good as new, but for the connections that were spoilt. */
    void heal() throws IOException, InterruptedException {
        for (String chain : List.of("INPUT", "OUTPUT")) {
            namespace.run("iptables", "-w", "-F", chain);
        }
        if (limited) {
            namespace.run("tc", "qdisc", "del", "dev", device, "root");
            limited = false;
        }
        for (Relay relay : relays) {
            relay.clear();
        }
    }

    private void iptables(String... rule) throws IOException, InterruptedException {
        namespace.run(words("INPUT", "-i", rule));
        namespace.run(words("OUTPUT", "-o", rule));
    }

    private String[] words(String chain, String way, String... rule) {
        List<String> words = new ArrayList<>(List.of("iptables", "-w", "-A", chain, way, device));
        words.addAll(List.of(rule));
        return words.toArray(String[]::new);
    }

    @Override
    public void close() throws IOException {
        for (Relay relay : relays) {
            relay.close();
        }
    }
}
