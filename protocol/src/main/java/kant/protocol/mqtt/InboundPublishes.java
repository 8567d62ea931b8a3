package kant.protocol.mqtt;

import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import kant.protocol.net.ChannelTasks;
import kant.protocol.net.OnLoop;
import org.jspecify.annotations.Nullable;

/**
 * A client's publishes that the hub has not answered yet. Acknowledgements leave in the order in which the publishes came
 * [MQTT-4.6.0-2], each when its own and every earlier one's stage has completed; the first failure ends the connection.
 */
@OnLoop
final class InboundPublishes {
    /**
     * With so many under way the client is not read any further. The original's MaxPendingInboundAcknowledgements is 16; one
     * sync of the disk is for all that is under way, so a busy client with 16 would wait for the disk most of the time.
     */
    static final int MAX_UNPROCESSED = 256;

    /** The same in bytes of payload; one more message may pass it. */
    static final int MAX_BYTES = 1 << 20;

    /** The packet id of a publish with quality 0, which wants no answer. */
    static final int NO_PACKET_ID = 0;

    private final Channel channel;
    private final Runnable wake;
    private final Deque<Pending> pending = new ArrayDeque<>();

    private int pendingBytes;

    /** Set while a wake-up is on its way, so that a batch of completions costs one. */
    private final AtomicBoolean waking = new AtomicBoolean();

    /** @param wake runs on the loop when something has completed; it is to call {@link #drain} */
    InboundPublishes(Channel channel, Runnable wake) {
        this.channel = channel;
        this.wake = wake;
    }

    private static final class Pending {
        private final int packetId;
        private final int bytes;
        private @Nullable Throwable failure;

        /** Written after {@link #failure}, by whoever completes the stage. */
        private volatile boolean completed;

        Pending(int packetId, int bytes) {
            this.packetId = packetId;
            this.bytes = bytes;
        }
    }

    boolean isFull() {
        return pending.size() >= MAX_UNPROCESSED || pendingBytes >= MAX_BYTES;
    }

    void add(int packetId, int bytes, CompletionStage<Void> stage) {
        var publish = new Pending(packetId, bytes);
        pending.add(publish);
        pendingBytes += bytes;
        stage.whenComplete((_, failure) -> {
            publish.failure = failure;
            publish.completed = true;
            wake();
        });
    }

    /**
     * Takes what can be answered now, in order.
     *
     * @param acknowledge gets each packet id that is to be acknowledged
     * @return why the first publish that failed did so, null where none has
     */
    @Nullable
    Throwable drain(IntConsumer acknowledge) {
        waking.set(false); // before looking: what completes from here on wakes again
        for (Pending first = pending.peek(); first != null && first.completed; first = pending.peek()) {
            pending.remove();
            pendingBytes -= first.bytes;
            if (first.failure != null) {
                return first.failure;
            }
            if (first.packetId != NO_PACKET_ID) {
                acknowledge.accept(first.packetId);
            }
        }
        return null;
    }

    private void wake() {
        if (waking.compareAndSet(false, true)) {
            ChannelTasks.run(channel, wake);
        }
    }
}
