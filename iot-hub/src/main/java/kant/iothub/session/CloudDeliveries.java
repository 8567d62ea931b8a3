package kant.iothub.session;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kant.iothub.c2d.CloudMessages;
import kant.iothub.c2d.Locked;
import kant.iothub.c2d.Settled;
import kant.iothub.error.HubRefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Settlement;
import kant.protocol.port.ClientLink;
import kant.world.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session's way from its queue to its client: no more is under way than the client's window has room for. Settlements and
 * new messages go through one task at a time, which gathers what came meanwhile into one transaction.
 */
final class CloudDeliveries {
    private static final Logger log = LoggerFactory.getLogger(CloudDeliveries.class);

    /** Messages taken at once: a client that goes away has few to give back. */
    private static final int MAX_TAKEN = 10;

    private final IdentityId id;
    private final ClientLink link;
    private final CloudMessages messages;
    private final Tasks tasks;
    private final Map<Long, Under> underWay = new HashMap<>(); // guarded by this, as are all below
    private final List<Settled> settled = new ArrayList<>();
    private long lastDelivery;
    private long bytes;
    private boolean listening;
    private boolean waiting;
    private boolean running;
    private boolean closed;

    private record Under(String token, long bytes) {}

    CloudDeliveries(IdentityId id, ClientLink link, CloudMessages messages, Tasks tasks) {
        this.id = id;
        this.link = link;
        this.messages = messages;
        this.tasks = tasks;
    }

    /** The client wants messages, or wants no more. */
    synchronized void listen(boolean wanted) {
        listening = wanted;
        waiting = wanted;
        run();
    }

    /** The queue has something that nobody holds. */
    synchronized void wake() {
        waiting = listening;
        run();
    }

    synchronized void settle(long delivery, Settlement settlement) {
        Under under = underWay.remove(delivery);
        if (under != null) {
            bytes -= under.bytes();
            settled.add(new Settled(under.token(), settlement));
            waiting = listening;
            run();
        }
    }

    /** The client is gone: what it has not settled goes back into the queue. */
    synchronized void close() {
        closed = true;
        listening = false;
        waiting = false;
        underWay.values().forEach(under -> settled.add(new Settled(under.token(), Settlement.RELEASED)));
        underWay.clear();
        run();
    }

    private synchronized void run() {
        if (!running && (!settled.isEmpty() || mayTake())) {
            running = true;
            tasks.execute(this::work);
        }
    }

    private boolean mayTake() {
        return waiting && underWay.size() < link.window() && (underWay.isEmpty() || bytes < link.windowBytes());
    }

    private void work() {
        try {
            for (Step step = next(); !step.isNothing(); step = next()) {
                if (!step.settled().isEmpty()) {
                    messages.settle(id, step.settled());
                }
                if (step.take() > 0) {
                    deliver(messages.take(id, step.take(), CloudMessages.USUAL_LOCK, CloudMessages.Holder.SESSION));
                }
            }
        } catch (IOException | HubRefusedException e) {
            log.atError()
                    .addKeyValue("client", id)
                    .addKeyValue("reason", e.getMessage())
                    .log("messages to a client stopped, it is disconnected");
            link.disconnect("the hub cannot reach the client's messages");
        }
    }

    private synchronized Step next() {
        int room = mayTake() ? Math.min(MAX_TAKEN, link.window() - underWay.size()) : 0;
        var step = new Step(List.copyOf(settled), room);
        settled.clear();
        waiting = waiting && room == 0;
        running = !step.isNothing();
        return step;
    }

    private synchronized void deliver(List<Locked> taken) {
        for (Locked locked : taken) {
            if (closed) {
                settled.add(new Settled(locked.token(), Settlement.RELEASED));
                continue;
            }
            var message = locked.message().outgoing();
            long delivery = ++lastDelivery;
            underWay.put(delivery, new Under(locked.token(), message.size()));
            bytes += message.size();
            link.deliver(new Delivery(
                    delivery,
                    Feature.CLOUD_TO_DEVICE,
                    null,
                    message,
                    locked.message().deliveries()));
        }
        waiting = listening && (waiting || !taken.isEmpty()); // there may be more
    }

    private record Step(List<Settled> settled, int take) {
        boolean isNothing() {
            return settled.isEmpty() && take == 0;
        }
    }
}
