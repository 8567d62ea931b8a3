package kant.testkit.history;

import java.util.BitSet;

/** What of one stream has arrived at one endpoint. Guarded by its {@link History}. */
final class Lane {
    final String endpoint;
    final BitSet arrived = new BitSet();
    private int furthest = -1;

    Lane(String endpoint) {
        this.endpoint = endpoint;
    }

    /** Notes a first arrival; returns the highest number that arrived before it. */
    int first(int number) {
        int before = furthest;
        arrived.set(number);
        furthest = Math.max(furthest, number);
        return before;
    }
}
