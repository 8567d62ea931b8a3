package kant.protocol.amqp;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import kant.protocol.net.ChannelTasks;
import kant.protocol.net.OnLoop;
import kant.protocol.net.Writes;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/**
 * Idle time-outs both ways (AMQP 1.0 §2.4.5): an empty frame goes out before the peer has heard nothing for half of its time-out, and a
 * peer that says nothing for longer than ours is gone.
 */
@OnLoop
final class IdleWatch {
    private static final byte[] EMPTY_FRAME = {0, 0, 0, 8, 2, 0, 0, 0};

    private final Channel channel;
    private final Time time;
    private final long ours;
    private final Runnable silent;
    private long lastRead;
    private long lastWrite;
    private long theirs;
    private @Nullable ScheduledFuture<?> next;

    /** @param silent runs once the peer counts as gone */
    IdleWatch(Channel channel, Time time, Duration ours, Runnable silent) {
        this.channel = channel;
        this.time = time;
        this.ours = ours.toNanos();
        this.silent = silent;
        lastRead = time.nanos();
        lastWrite = lastRead;
    }

    /** Begins to watch. */
    void begin(Duration peers) {
        theirs = peers.toNanos();
        schedule();
    }

    void read() {
        lastRead = time.nanos();
    }

    void written() {
        lastWrite = time.nanos();
    }

    void close() {
        if (next != null) {
            next.cancel(false);
        }
    }

    /** Every quarter: what it finds silent for a quarter has been so for half at the most. */
    private void schedule() {
        next = ChannelTasks.after(channel, Duration.ofNanos(Math.min(ours, theirs) / 4), this::look);
    }

    private void look() {
        long now = time.nanos();
        if (!channel.config().isAutoRead()) {
            lastRead = now; // it is we who do not listen
        }
        if (now - lastRead > ours + TimeUnit.SECONDS.toNanos(1)) {
            silent.run();
            return;
        }
        if (now - lastWrite >= theirs / 4) {
            lastWrite = now;
            Writes.send(channel, Unpooled.wrappedBuffer(EMPTY_FRAME));
        }
        schedule();
    }
}
