package kant.edgehub.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import kant.edgehub.outbox.Fate;
import kant.edgehub.outbox.InputReceiver;
import kant.edgehub.route.TwinChange;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.protocol.port.ClientLink;
import kant.world.Time;

/**
 * What was given to one client and is not settled: input messages from the outboxes and cloud-to-device messages from the
 * parent, together within the client's window. Safe for any thread; calls out only without its lock.
 */
final class Deliveries implements InputReceiver {
    static final String REJECTED = "rejected";

    /** Cloud-to-device messages that wait for room; the parent's own window is no larger. */
    private static final int MAX_WAITING = 100;

    private final IdentityId id;
    private final ClientLink client;
    private final Runnable room;
    private final Time time;
    private final DeliveryMeter meter;
    private final Map<Long, Given> given = new HashMap<>();
    private final Deque<CloudMessage> waiting = new ArrayDeque<>();
    private int reserved;
    private long bytes;
    private long nextId = 1;

    /** {@link #reserve} has said no, and goes on to until all that the client has settled in one go is: one by one is dear. */
    private boolean starved;

    private int settling;

    private boolean closed;

    private record Given(int bytes, Consumer<Settlement> settle) {}

    private record CloudMessage(Delivery delivery, Consumer<Settlement> settle) {}

    /** @param room called when there is room again after {@link #reserve} said no */
    Deliveries(IdentityId id, ClientLink client, Runnable room, Time time, DeliveryMeter meter) {
        this.id = id;
        this.client = client;
        this.room = room;
        this.time = time;
        this.meter = meter;
    }

    @Override
    public synchronized boolean reserve() {
        if (starved || !roomy()) {
            starved = !closed;
            return false;
        }
        reserved++;
        return true;
    }

    @Override
    public CompletionStage<Fate> deliver(String input, Message message, int attempt) {
        var fate = new CompletableFuture<Fate>();
        Delivery delivery;
        synchronized (this) {
            reserved--;
            if (closed) {
                return CompletableFuture.completedFuture(new Fate.Retry("the client is gone"));
            }
            long began = time.nanos();
            long delivered = give(message, settlement -> {
                if (settlement == Settlement.ACCEPTED) {
                    meter.delivered(message, id, input, Duration.ofNanos(time.nanos() - began));
                }
                fate.complete(fate(settlement));
            });
            delivery = new Delivery(delivered, Feature.INPUTS, input, TwinChange.shown(message), attempt);
        }
        client.deliver(delivery);
        return fate;
    }

    /** Passes on a message of the parent; its settlement goes back there. */
    void deliverFromParent(Delivery fromParent, Consumer<Settlement> settle) {
        Delivery delivery = null;
        synchronized (this) {
            if (!closed && roomy()) {
                delivery = give(fromParent, settle);
            } else if (!closed && waiting.size() < MAX_WAITING) {
                waiting.add(new CloudMessage(fromParent, settle));
                return;
            }
        }
        if (delivery == null) {
            settle.accept(Settlement.RELEASED);
        } else {
            client.deliver(delivery);
        }
    }

    /** The client settles some; an unknown id is ignored. */
    void settle(List<Long> ids, Settlement settlement) {
        synchronized (this) {
            settling++;
        }
        ids.forEach(delivery -> settleOne(delivery, settlement));
        boolean wake;
        synchronized (this) {
            settling--;
            wake = settling == 0 && starved && roomy();
            starved &= !wake;
        }
        if (wake) {
            room.run();
        }
    }

    private void settleOne(long delivery, Settlement settlement) {
        Given settled;
        Delivery next = null;
        synchronized (this) {
            settled = given.remove(delivery);
            if (settled == null) {
                return;
            }
            bytes -= settled.bytes;
            CloudMessage first = roomy() ? waiting.poll() : null;
            if (first != null) {
                next = give(first.delivery, first.settle);
            }
        }
        settled.settle.accept(settlement);
        if (next != null) {
            client.deliver(next);
        }
    }

    /** The connection is gone: everything unsettled is given back. */
    void close() {
        List<Consumer<Settlement>> open = new ArrayList<>();
        synchronized (this) {
            closed = true;
            given.values().forEach(g -> open.add(g.settle));
            waiting.forEach(w -> open.add(w.settle));
            given.clear();
            waiting.clear();
        }
        open.forEach(settle -> settle.accept(Settlement.RELEASED));
    }

    private boolean roomy() {
        return !closed && given.size() + reserved < Math.max(1, client.window()) && bytes < client.windowBytes();
    }

    private Delivery give(Delivery d, Consumer<Settlement> settle) {
        return new Delivery(give(d.message(), settle), d.feature(), d.input(), d.message(), d.deliveryCount());
    }

    private long give(Message message, Consumer<Settlement> settle) {
        int size = message.size();
        long delivery = nextId++;
        given.put(delivery, new Given(size, settle));
        bytes += size;
        return delivery;
    }

    private static Fate fate(Settlement settlement) {
        return switch (settlement) {
            case ACCEPTED -> Fate.DELIVERED;
            case REJECTED -> new Fate.Dropped(REJECTED);
            case RELEASED -> new Fate.Retry("the client is gone, or did not acknowledge it in time");
            case ABANDONED -> new Fate.GivenBack();
        };
    }
}
