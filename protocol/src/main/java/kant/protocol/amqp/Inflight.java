package kant.protocol.amqp;

import kant.protocol.net.OnLoop;

/** What a peer has sent and the hub has not answered yet, in bytes; and what has come in part. */
@OnLoop
final class Inflight {
    private final int limit;
    private long whole;
    private long parts;

    Inflight(int limit) {
        this.limit = limit;
    }

    void add(int bytes) {
        whole += bytes;
    }

    void remove(int bytes) {
        whole -= bytes;
    }

    /** @return false where there is too much of it */
    boolean addPart(int bytes) {
        parts += bytes;
        return parts <= AmqpLimits.PARTIAL_BYTES;
    }

    void removePart(int bytes) {
        parts -= bytes;
    }

    /** Whether the peer has to wait. */
    boolean isFull() {
        return whole >= limit;
    }
}
