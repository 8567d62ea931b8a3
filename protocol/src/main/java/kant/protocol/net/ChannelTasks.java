package kant.protocol.net;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Work on a channel's own loop. What it throws reaches the pipeline's {@code exceptionCaught}, as if a packet had caused it. */
public final class ChannelTasks {
    private ChannelTasks() {}

    /** Runs a task on the channel's loop, after what is already waiting there. Callable from any thread. */
    public static void run(Channel channel, Runnable task) {
        try {
            channel.eventLoop().execute(() -> guard(channel, task));
        } catch (RejectedExecutionException _) {
            // the program stops and the loop has ended, its channels with it: nothing is left to do this to
        }
    }

    /** Runs a task on the channel's loop after a delay. */
    public static ScheduledFuture<?> after(Channel channel, Duration delay, Runnable task) {
        return channel.eventLoop().schedule(() -> guard(channel, task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void guard(Channel channel, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | AssertionError bug) {
            var _ = channel.pipeline().fireExceptionCaught(bug);
        }
    }
}
