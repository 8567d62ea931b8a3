package kant.bench;

import java.util.List;
import java.util.stream.Stream;
import kant.bench.broker.Broker;
import kant.bench.broker.Size;
import kant.bench.load.PairAddress;

/**
 * So many senders, all with one receiver or each with its own, each with so many messages under way at most.
 *
 * @param window counts a message until it is acknowledged and delivered
 */
record RoutesCase(int senders, boolean oneReceiver, int window, int bytes) {
    /** What the servers have to be prepared for. */
    static final Size SIZE = new Size(10, 100, 0);

    /** The windows of the reference (performance.md §3), and one in flight. */
    static List<RoutesCase> all(List<Integer> sizes) {
        return sizes.stream()
                .flatMap(bytes -> Stream.of(
                        new RoutesCase(1, false, 1, bytes),
                        new RoutesCase(1, false, 128, bytes),
                        heaviest(bytes),
                        new RoutesCase(100, true, 4, bytes)))
                .toList();
    }

    /** The one that makes a server's virtual machine compile what it needs. */
    static RoutesCase heaviest(int bytes) {
        return new RoutesCase(10, false, 16, bytes);
    }

    List<PairAddress> on(Broker broker) {
        return oneReceiver ? broker.fanIn(senders) : broker.pairs(senders);
    }

    String name() {
        return bytes + " B, " + senders + ":" + (oneReceiver ? 1 : senders) + ", " + window + " in flight"
                + (senders > 1 ? " each" : "");
    }
}
