package kant.protocol.port;

import java.time.Instant;

/** A hub's way to one service application. Callable from any thread. */
public interface ServiceLink {

    /**
     * Hands over a batch of feedback records; at most one is unsettled at a time.
     *
     * @param records the JSON array of service-protocols.md, "feedback"
     */
    void feedback(long id, Instant enqueued, byte[] records);

    void disconnect(String reason);
}
