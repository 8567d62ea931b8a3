package kant.protocol.mqtt;

import io.netty.channel.Channel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import kant.model.message.Delivery;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import kant.protocol.net.ChannelTasks;
import kant.protocol.port.ClientLink;
import org.jspecify.annotations.Nullable;

/**
 * What the hub has for one client, from any thread, until the client's loop has room on the socket for it. Bounded: the hub
 * keeps to its window, and a client that lets more than that pile up is disconnected.
 */
final class MqttClientLink implements ClientLink {
    /** Room for patches and calls, which no window counts; each is at most 128 KiB (device-protocols.md §1.9). */
    private static final int CONTROL = 64;

    private final Channel channel;
    private final int window;
    private final Runnable wake;
    private final Consumer<String> close;
    private final Queue<Outbound> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();

    /** Set while a wake-up is on its way, so that a batch of deliveries costs one. */
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
     * @param close runs on the loop and ends the connection for a reason
     */
    MqttClientLink(Channel channel, int window, Runnable wake, Consumer<String> close) {
        this.channel = channel;
        this.window = window;
        this.wake = wake;
        this.close = close;
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
        ChannelTasks.run(channel, () -> close.accept(reason));
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

    /** The connection is gone: nothing more is kept for it. */
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
            ChannelTasks.run(channel, wake);
        }
    }
}
