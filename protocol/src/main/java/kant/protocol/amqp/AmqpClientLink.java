package kant.protocol.amqp;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import kant.model.message.Delivery;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import kant.protocol.port.ClientLink;
import org.jspecify.annotations.Nullable;

/** What the hub has for one client, from any thread, on its way to the loop. Bounded: a hub that does not keep to its window ends it. */
final class AmqpClientLink implements ClientLink {
    /** Room for patches and calls, which no window counts. */
    private static final int CONTROL = 64;

    private final LoopQueue loop;
    private final int window;
    private final Runnable wake;
    private final Consumer<String> end;
    private final Queue<Outbound> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicBoolean waking = new AtomicBoolean();
    private volatile boolean closed;

    /** Something on its way to the client. */
    sealed interface Outbound {
        record Message(Delivery delivery) implements Outbound {}

        record Desired(TwinPatch patch) implements Outbound {}

        record Call(MethodCall call) implements Outbound {}
    }

    /**
     * @param wake runs on the loop when there is something to take
     * @param end runs on the loop and ends the client for a reason
     */
    AmqpClientLink(LoopQueue loop, int window, Runnable wake, Consumer<String> end) {
        this.loop = loop;
        this.window = window;
        this.wake = wake;
        this.end = end;
    }

    @Override
    public int window() {
        return window;
    }

    @Override
    public void deliver(Delivery delivery) {
        add(new Outbound.Message(delivery));
    }

    @Override
    public void desired(TwinPatch patch) {
        add(new Outbound.Desired(patch));
    }

    @Override
    public void invoke(MethodCall call) {
        add(new Outbound.Call(call));
    }

    @Override
    public void disconnect(String reason) {
        closed = true;
        loop.run(() -> end.accept(reason));
    }

    /** To be called before {@link #next}: what is added from here on wakes again. On the loop. */
    void awake() {
        waking.set(false);
    }

    /** The next thing for the client, null where there is none. On the loop. */
    @Nullable
    Outbound next() {
        Outbound next = queue.poll();
        if (next != null) {
            queued.decrementAndGet();
        }
        return next;
    }

    /** The client is gone: nothing more is kept for it. */
    void closed() {
        closed = true;
        queue.clear();
    }

    private void add(Outbound item) {
        if (closed) {
            return; // the session is being closed, and with it the hub takes everything back
        }
        if (queued.incrementAndGet() > window + CONTROL) {
            disconnect("the client does not take what it is sent: " + (window + CONTROL) + " items wait for it");
            return;
        }
        queue.add(item);
        if (waking.compareAndSet(false, true)) {
            loop.run(wake);
        }
    }
}
