package kant.edgehub.session;

import java.util.List;
import kant.model.message.Message;
import kant.routing.Match;

/** Counts what clients send; called for every message, so it must be quick. */
public interface MessageMeter {

    void received(Message message);

    /** No route takes it: acknowledged and dropped. */
    void unrouted(Message message);

    /** Durable for these routes. */
    void accepted(List<Match> matches);

    /** Not stored, and therefore not acknowledged. */
    void unacknowledged(Message message);
}
