package kant.edgehub.caller;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import kant.model.message.Delivery;
import kant.model.message.Settlement;
import kant.protocol.port.LockedMessage;

/**
 * The cloud-to-device messages that one client without a connection may fetch. Each is <i>waiting</i> until a request takes it,
 * then <i>locked</i> until it is settled or its time is over; either way it is settled at the parent once. Safe for any
 * thread; calls out only without its lock.
 */
final class Mailbox {
    /** Messages that wait or are locked: the depth of a device's queue at IoT Hub. */
    static final int MOST_MESSAGES = 50;

    /** Requests that wait for a first message. */
    private static final int MOST_RECEIVERS = 10;

    private final Deque<Held> waiting = new ArrayDeque<>();
    private final Map<String, Held> locked = new HashMap<>();
    private final Deque<CompletableFuture<Boolean>> receivers = new ArrayDeque<>();
    private boolean closed;

    private record Held(Delivery delivery, Consumer<Settlement> settle) {}

    /** Takes a message of the parent; false where there is no room, and nothing was done with it. */
    boolean offer(Delivery delivery, Consumer<Settlement> settle) {
        CompletableFuture<Boolean> receiver;
        synchronized (this) {
            if (closed || waiting.size() + locked.size() >= MOST_MESSAGES) {
                return false;
            }
            waiting.add(new Held(delivery, settle));
            receiver = receivers.poll();
        }
        if (receiver != null) {
            receiver.complete(true);
        }
        return true;
    }

    /** Locks the next message under a token; empty where none waits. */
    synchronized Optional<LockedMessage> lock(String token) {
        Held next = waiting.poll();
        if (next == null) {
            return Optional.empty();
        }
        locked.put(token, next);
        return Optional.of(new LockedMessage(token, next.delivery.deliveryCount(), next.delivery.message()));
    }

    /** Completes when there is something to lock; completed already where there is, or where too many wait. */
    synchronized CompletableFuture<Boolean> next() {
        if (!waiting.isEmpty() || closed || receivers.size() >= MOST_RECEIVERS) {
            return CompletableFuture.completedFuture(true);
        }
        var receiver = new CompletableFuture<Boolean>();
        receivers.add(receiver);
        var _ = receiver.whenComplete((_, _) -> forget(receiver));
        return receiver;
    }

    /** Settles a locked message at the parent; false where the lock is unknown or lost. */
    boolean settle(String token, Settlement settlement) {
        Held held;
        synchronized (this) {
            held = locked.remove(token);
        }
        if (held == null) {
            return false;
        }
        held.settle.accept(settlement);
        return true;
    }

    /** The connection to the parent is gone: it delivers anew what was not settled, so nothing that is here counts any more. */
    synchronized void forgetAll() {
        waiting.clear();
        locked.clear();
    }

    /** Gives everything back to the parent. */
    void close() {
        List<Held> all;
        List<CompletableFuture<Boolean>> open;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(waiting);
            all.addAll(locked.values());
            open = List.copyOf(receivers);
            forgetAll();
        }
        all.forEach(held -> held.settle.accept(Settlement.RELEASED));
        open.forEach(receiver -> receiver.complete(false));
    }

    private synchronized void forget(CompletableFuture<Boolean> receiver) {
        receivers.remove(receiver);
    }
}
