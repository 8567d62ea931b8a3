package kant.bench;

import java.util.List;

/**
 * So many pairs of a sender and a receiver, each with so many messages under way at most.
 *
 * @param window counts a message until it is acknowledged and delivered
 */
record RoutesCase(int pairs, int window) {
    /** One in flight, and as many as the reference has (performance.md §3). */
    static final List<RoutesCase> ALL =
            List.of(new RoutesCase(1, 1), new RoutesCase(10, 1), new RoutesCase(1, 128), new RoutesCase(10, 16));

    String name() {
        return pairs + ":" + pairs + ", " + window + " in flight" + (pairs > 1 ? " each" : "");
    }
}
