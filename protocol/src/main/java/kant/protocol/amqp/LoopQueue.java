package kant.protocol.amqp;

import io.netty.channel.Channel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kant.protocol.net.ChannelTasks;

/**
 * What completes elsewhere and goes on on the connection's loop. Many completions, as of one commit of the store, cost one wake-up and
 * one flush. As long as what is waited for: each task belongs to a request that some window counts.
 */
final class LoopQueue {
    private final Channel channel;
    private final Runnable after;
    private final Consumer<Throwable> bug;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean waking = new AtomicBoolean();

    /**
     * @param after runs on the loop after a batch of tasks
     * @param bug gets what a task throws, on the loop; the tasks behind it run all the same
     */
    LoopQueue(Channel channel, Runnable after, Consumer<Throwable> bug) {
        this.channel = channel;
        this.after = after;
        this.bug = bug;
    }

    /** Runs a task on the loop, soon. Callable from any thread. */
    void run(Runnable task) {
        tasks.add(task);
        if (waking.compareAndSet(false, true)) {
            ChannelTasks.run(channel, this::drain);
        }
    }

    private void drain() {
        waking.set(false); // before looking: what is added from here on wakes again
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            try {
                task.run();
            } catch (RuntimeException | AssertionError failure) {
                bug.accept(failure);
            }
        }
        after.run();
    }
}
