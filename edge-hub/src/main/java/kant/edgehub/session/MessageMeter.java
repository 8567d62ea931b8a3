package kant.edgehub.session;

import java.util.List;
import kant.model.message.Message;
import kant.routing.Match;

/** Counts what clients send; called for every message, so it must be quick. */
public interface MessageMeter {

    /** @param bytes as {@link Message#size} counts them, before the hub has added to it */
    void received(Message message, int bytes);

    /** No route takes it: acknowledged and dropped. */
    void unrouted(Message message);

    /** Durable for these routes. */
    void accepted(List<Match> matches);

    /** Not stored, and therefore not acknowledged. */
    void unacknowledged(Message message);
}
