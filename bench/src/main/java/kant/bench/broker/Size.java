package kant.bench.broker;

/**
 * What a server has to be prepared for.
 *
 * @param pairs senders with a receiver of their own
 * @param fanIn senders with one receiver together
 * @param crowd clients that only listen
 * @param upstream senders to the parent, where there is one
 */
public record Size(int pairs, int fanIn, int crowd, int upstream) {
    public Size(int pairs, int fanIn, int crowd) {
        this(pairs, fanIn, crowd, 0);
    }

    /** All of them together, and one receiver. */
    int clients() {
        return 2 * pairs + fanIn + 1 + crowd + upstream;
    }
}
